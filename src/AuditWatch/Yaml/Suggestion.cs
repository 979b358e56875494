namespace AuditWatch.Yaml;

/// <summary>Suggests a known word for a mistyped one.</summary>
internal static class Suggestion
{
    // Of what is longer than any name there is, every letter would be compared with every letter of the known words.
    private const int Longest = 100;

    /// <summary><c>; did you mean 'x'?</c> with the nearest of the known words, or nothing if none is near.</summary>
    /// <param name="word">The word.</param>
    /// <param name="known">The known ones.</param>
    /// <param name="atMost">How many letters may be different. Default: a third of them.</param>
    public static string For(string word, IEnumerable<string> known, int? atMost = null)
    {
        var nearest = known.Where(candidate => word.Length <= Longest && candidate.Length <= Longest).Select(candidate => (candidate, Distance: Distance(word, candidate)))
            .Where(pair => pair.Distance <= (atMost ?? Math.Max(1, Math.Max(word.Length, pair.candidate.Length) / 3)))
            .OrderBy(pair => pair.Distance).ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Select(pair => pair.candidate).FirstOrDefault();
        return nearest is null ? "" : $"; did you mean '{nearest}'?";
    }

    // Edits to turn one into the other (Levenshtein), letter case aside; two neighbours swapped count as one (optimal string alignment).
    private static int Distance(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    table[i, j] = i + j;
                    continue;
                }

                var differ = Same(a[i - 1], b[j - 1]) ? 0 : 1;
                table[i, j] = Math.Min(Math.Min(table[i - 1, j], table[i, j - 1]) + 1, table[i - 1, j - 1] + differ);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[a.Length, b.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
