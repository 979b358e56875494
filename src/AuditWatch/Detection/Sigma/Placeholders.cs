using System.Text.RegularExpressions;

namespace AuditWatch.Detection.Sigma;

/// <summary>
/// The lists that <c>%name%</c> stands for under the modifier <c>expand</c>: <c>lists/name.txt</c> in a folder of detections, one value a line;
/// empty lines and lines that begin with <c>#</c> do not count. For a single file, or a folder without lists, those of the nearest folder above count. See the Sigma Rules Specification 2.1, "Placeholders".
/// </summary>
internal sealed partial class Placeholders
{
    private readonly Dictionary<string, IReadOnlyList<string>> _lists = new(StringComparer.Ordinal);

    /// <summary>No lists.</summary>
    public static Placeholders None { get; } = new();

    /// <summary>Reads the lists of the folders; of two with the same name the later one counts.</summary>
    public static Placeholders Load(IEnumerable<string> paths, Diagnostics diagnostics)
    {
        var placeholders = new Placeholders();
        foreach (var file in paths.SelectMany(path => DetectionFiles.Directly(FolderFor(path), "*.txt").Order(StringComparer.Ordinal)).Distinct(StringComparer.Ordinal))
        {
            try
            {
                placeholders._lists[Path.GetFileNameWithoutExtension(file)] =
                    [.. File.ReadLines(file).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                diagnostics.Error(new SourceLocation(file, 1, 1), $"cannot be read: {problem.Message}");
            }
        }

        return placeholders;
    }

    /// <summary>The folder of lists for a folder or file of detections: its own, or that of the nearest folder above; it need not exist.</summary>
    public static string FolderFor(string path)
    {
        var folder = path;
        for (var at = Path.GetFullPath(path); at is not null; at = Path.GetDirectoryName(at))
        {
            folder = Path.Combine(at, "lists");
            if (Directory.Exists(folder))
            {
                break;
            }
        }

        return folder;
    }

    /// <summary>The values that a text with placeholders stands for.</summary>
    /// <exception cref="SigmaException">There is no placeholder in it, or no list for one.</exception>
    public IEnumerable<string> Expand(string text, SourceLocation location)
    {
        var match = PlaceholderPattern().Match(text);
        if (!match.Success)
        {
            throw new SigmaException(location, "'expand' needs a placeholder in the value: %name%");
        }

        var name = match.Groups[1].Value;
        if (!_lists.TryGetValue(name, out var values) || values.Count == 0)
        {
            throw new SigmaException(location, $"there is no list for %{name}%, or it is empty: write its values, one a line, to lists/{name}.txt in the folder of detections"
                + Yaml.Suggestion.For(name, _lists.Keys));
        }

        // A value of the list is put in as it is; only the rest of the text is looked at again.
        var (before, after) = (text[..match.Index], text[(match.Index + match.Length)..]);
        var tails = PlaceholderPattern().IsMatch(after) ? [.. Expand(after, location)] : new[] { after };
        return values.SelectMany(value => tails.Select(tail => before + value + tail));
    }

    [GeneratedRegex("%([A-Za-z0-9_.-]+)%", RegexOptions.CultureInvariant)]
    private static partial Regex PlaceholderPattern();
}
