using System.Text.RegularExpressions;
using AuditWatch.Events;

namespace AuditWatch.Detection;

/// <summary>
/// A template for summaries: text with placeholders such as <c>{actor}</c> that name fields or, in a correlation, aliases, in a composite, variables and steps. A field that the event does not have
/// becomes <c>-</c>; a namespace goes together with the slash behind it, so that <c>{objectRef.namespace}/{objectRef.name}</c> of what is in no namespace is its name. Immutable; safe for any number of threads.
/// </summary>
internal sealed partial class SummaryTemplate
{
    private const string Namespace = "objectRef.namespace";

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
        var values = new string?[_parts.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = _parts[i].Field is { } field ? EventText.Of(auditEvent, field) : null;
        }

        return Join(values);
    }

    /// <summary>Fills the placeholders with the values that a function gives for their names.</summary>
    public string Fill(Func<string, string?> valueOf) => Join([.. _parts.Select(part => part.Name is null ? null : valueOf(part.Name))]);

    private string Join(string?[] values)
    {
        var pieces = new string[2 * values.Length];
        var isSlashLeftOut = false;
        for (var i = 0; i < values.Length; i++)
        {
            var (text, name, _) = _parts[i];
            pieces[2 * i] = isSlashLeftOut ? text[1..] : text;
            isSlashLeftOut = name == Namespace && string.IsNullOrEmpty(values[i]) && _parts[i + 1].Text.StartsWith('/');
            pieces[(2 * i) + 1] = name is null || isSlashLeftOut ? "" : values[i] is { Length: > 0 } value ? value : "-";
        }

        return string.Concat(pieces);
    }

    [GeneratedRegex(@"\{\$?[A-Za-z][^{}\s]*\}", RegexOptions.CultureInvariant)]
    private static partial Regex PlaceholderPattern();
}
