using System.Text.RegularExpressions;
using AuditWatch.Events;

namespace AuditWatch.Detection;

/// <summary>
/// A template for summaries: text with placeholders such as <c>{actor}</c> that name fields or, in a correlation, aliases, in a composite, variables and steps. A field that the event does not have
/// becomes <c>-</c>. Immutable; safe for any number of threads.
/// </summary>
internal sealed partial class SummaryTemplate
{
    private readonly List<(string Text, string? Name, FieldPath? Field)> _parts = [];

    public SummaryTemplate(string template)
    {
        var at = 0;
        foreach (var match in PlaceholderPattern().EnumerateMatches(template))
        {
            var name = template.Substring(match.Index + 1, match.Length - 2);
            _parts.Add((template[at..match.Index], name, FieldPath.TryParse(name, out var field) ? field : null));
            at = match.Index + match.Length;
        }

        _parts.Add((template[at..], null, null));
    }

    /// <summary>The names in the placeholders of a template.</summary>
    public static IEnumerable<string> FieldsOf(string template) =>
        PlaceholderPattern().Matches(template).Select(match => match.Value[1..^1]);

    /// <summary>Fills the placeholders with an event's values.</summary>
    public string Fill(in AuditEvent auditEvent)
    {
        var pieces = new string[2 * _parts.Count];
        for (var i = 0; i < _parts.Count; i++)
        {
            var (text, name, field) = _parts[i];
            (pieces[2 * i], pieces[(2 * i) + 1]) = (text, Value(name, field is null ? null : EventText.Of(auditEvent, field)));
        }

        return string.Concat(pieces);
    }

    /// <summary>Fills the placeholders with the values that a function gives for their names.</summary>
    public string Fill(Func<string, string?> valueOf) =>
        string.Concat(_parts.Select(part => part.Text + Value(part.Name, part.Name is null ? null : valueOf(part.Name))));

    private static string Value(string? name, string? value) => name is null ? "" : value is { Length: > 0 } ? value : "-";

    [GeneratedRegex(@"\{\$?[A-Za-z][^{}\s]*\}", RegexOptions.CultureInvariant)]
    private static partial Regex PlaceholderPattern();
}
