using System.Globalization;
using System.Text;

namespace AuditWatch.State;

/// <summary>Which alerts are asked for, and in which order: the one opened last first, or the most severe first. Everything that is said has to hold. Immutable.</summary>
public sealed record AlertSearch
{
    /// <summary>The most words of a text.</summary>
    public const int MaxWords = 20;

    /// <summary>Of these statuses: <c>open</c>, <c>acknowledged</c>, <c>closed</c>. Default: of any.</summary>
    public IReadOnlyCollection<string> Statuses { get; init; } = [];

    /// <summary>At least as severe, from 0, informational, to 4, critical. Default: 0.</summary>
    public int LeastSeverity { get; init; }

    /// <summary>By this actor.</summary>
    public string? Actor { get; init; }

    /// <summary>In this cluster.</summary>
    public string? Cluster { get; init; }

    /// <summary>In one of these clusters, at least one; null for any.</summary>
    public IReadOnlyCollection<string>? Clusters { get; init; }

    /// <summary>In this namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>A request that it keeps is for this object, as <see cref="Detection.ObjectReference.Path"/> writes it.</summary>
    public string? Object { get; init; }

    /// <summary>Raised by this detection.</summary>
    public string? Detection { get; init; }

    /// <summary>Raised by a detection that had one of these tags when it did, whatever their case; null for any.</summary>
    public IReadOnlyCollection<string>? Tags { get; init; }

    /// <summary>
    /// Words that the summary has, in any order, whatever their case: runs of letters and digits, and what has other characters in between has to stand as
    /// it does here (<c>etc/shadow</c>). One that ends in <c>*</c> is the beginning of a word, of at least three letters.
    /// </summary>
    public string? Text { get; init; }

    /// <summary>Not over by then: still open, or changed or closed at that time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Opened before that time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whose id begins with this, 1 to 16 hexadecimal digits.</summary>
    public string? IdPrefix { get; init; }

    /// <summary>Whether the most severe come first, and of one level the one opened last. Default: false.</summary>
    public bool BySeverity { get; init; }

    /// <summary>The last alert of the page before; null for the first page.</summary>
    public AlertCursor? After { get; init; }

    /// <summary>How many at most. Default: 100.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>What is wrong with a text to search for, for a person; null if nothing is.</summary>
    public static string? ObjectionTo(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var beginnings = words.Where(word => word.EndsWith('*') && SearchedWord.Of(word) is { IsBeginning: false, Runs.Count: > 0 }).ToList();
        return words.Length > MaxWords ? $"it has {words.Length} words; the most is {MaxWords}"
            : beginnings.Count > 0 ? $"'{beginnings[0]}' is too short for the beginning of a word: write three letters or more"
            : words.All(word => SearchedWord.Of(word).Runs.Count == 0) ? "there is no letter or digit in it"
            : null;
    }

    /// <summary>The words of <see cref="Text"/>, each the runs of letters and digits that have to stand one after the other.</summary>
    internal IEnumerable<SearchedWord> Words =>
        (Text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Take(MaxWords).Select(SearchedWord.Of).Where(word => word.Runs.Count > 0);
}

/// <summary>A place in a list of alerts, which does not move while alerts arrive and change: those before it are all in front of it.</summary>
/// <param name="Number">The number of the alert there.</param>
/// <param name="Severity">Its severity; null in the order of time.</param>
/// <param name="Newest">The number of the newest alert when the first page was read; null in the order of time, where those that come later are in front anyway.</param>
public sealed record AlertCursor(long Number, int? Severity = null, long? Newest = null)
{
    /// <summary>Reads <see cref="ToString"/>.</summary>
    /// <returns>The cursor; null if the text is none.</returns>
    public static AlertCursor? Parse(string text)
    {
        var parts = text.Split('-');
        return parts is [var number] && TryParse(number, out var alone) ? new AlertCursor(alone)
            : parts is [var severity, var ofIt, var newest] && TryParse(severity, out var level) && level <= 4 && TryParse(ofIt, out var place) && TryParse(newest, out var last)
                ? new AlertCursor(place, (int)level, last)
            : null;

        static bool TryParse(string digits, out long value) => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>The cursor as a text for URLs.</summary>
    public override string ToString() =>
        Severity is null ? Number.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{Severity}-{Number}-{Newest}");
}

/// <summary>Alerts that were asked for.</summary>
/// <param name="Rows">The rows of <see cref="StateTables.Alerts"/>, in the order that was asked for.</param>
/// <param name="Next">Where the next page begins; null if this one is the last.</param>
public sealed record AlertPage(IReadOnlyList<StateRow> Rows, AlertCursor? Next);

/// <summary>A word of a text that is searched for.</summary>
/// <param name="Runs">The runs of letters and digits in it, in lower case.</param>
/// <param name="IsBeginning">Whether the last run is only the beginning of one.</param>
internal sealed record SearchedWord(IReadOnlyList<string> Runs, bool IsBeginning)
{
    private const int LeastBeginning = 3;

    public static SearchedWord Of(string word)
    {
        var runs = new List<string>();
        var run = new StringBuilder();
        foreach (var rune in word.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
            {
                run.Append(rune.ToString());
            }
            else if (run.Length > 0)
            {
                runs.Add(run.ToString().ToLowerInvariant());
                run.Clear();
            }
        }

        if (run.Length > 0)
        {
            runs.Add(run.ToString().ToLowerInvariant());
        }

        return new SearchedWord(runs, word.EndsWith('*') && runs is [.., { Length: >= LeastBeginning }]);
    }
}
