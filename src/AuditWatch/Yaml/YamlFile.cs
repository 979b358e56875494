using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AuditWatch.Yaml;

/// <summary>Parses YAML files to values with their locations.</summary>
internal static class YamlFile
{
    /// <summary>The documents of a file, in order. A file that is not YAML, or cannot be read, is an error and has none.</summary>
    public static IReadOnlyList<YamlValue> Load(string path, Diagnostics diagnostics)
    {
        try
        {
            return Parse(path, File.ReadAllText(path), diagnostics);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            diagnostics.Error(new SourceLocation(path, 1, 1), $"cannot be read: {problem.Message}");
            return [];
        }
    }

    /// <summary>The documents in <paramref name="text"/>, which is that of the file <paramref name="path"/>.</summary>
    public static IReadOnlyList<YamlValue> Parse(string path, string text, Diagnostics diagnostics)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(YamlBounds.Check(text));
        }
        catch (YamlException problem)
        {
            diagnostics.Error(new SourceLocation(path, (int)problem.Start.Line, (int)problem.Start.Column), $"not valid YAML: {problem.Message}");
            return [];
        }
        catch (Exception problem) when (problem is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // What the parser's own state machine throws on some broken files, without a place.
            diagnostics.Error(new SourceLocation(path, 1, 1), $"not valid YAML: {problem.Message}");
            return [];
        }

        return [.. stream.Documents.Select(document => new YamlValue(document.RootNode, path))];
    }
}
