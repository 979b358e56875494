using System.Text;
using System.Text.RegularExpressions;
using AuditWatch.Events;

namespace AuditWatch.Detection;

/// <summary>
/// The sentence of an alert: text with <c>{field}</c> placeholders, each the name of a field as detections use it.
/// A field that the event does not have becomes <c>-</c>. A correlation's may name its aliases as well.
/// </summary>
internal sealed partial class SummaryTemplate
{
    private readonly List<(string Text, string? Field)> _parts = [];
    private readonly Dictionary<string, FieldPath> _fields = new(StringComparer.Ordinal);

    public SummaryTemplate(string template)
    {
        var at = 0;
        foreach (var match in PlaceholderPattern().EnumerateMatches(template))
        {
            var name = template.Substring(match.Index + 1, match.Length - 2);
            _parts.Add((template[at..match.Index], name));
            if (FieldPath.TryParse(name, out var field))
            {
                _fields[name] = field;
            }

            at = match.Index + match.Length;
        }

        _parts.Add((template[at..], null));
    }

    /// <summary>The names of the fields in a template.</summary>
    public static IEnumerable<string> FieldsOf(string template) =>
        PlaceholderPattern().Matches(template).Select(match => match.Value[1..^1]);

    /// <summary>The sentence for one event.</summary>
    public string Fill(in AuditEvent auditEvent)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (name, field) in _fields)
        {
            values[name] = EventText.Of(auditEvent, field);
        }

        return Fill(name => values[name]);
    }

    /// <summary>The sentence with the values of the fields named in it.</summary>
    public string Fill(Func<string, string?> valueOf)
    {
        var sentence = new StringBuilder();
        foreach (var (text, field) in _parts)
        {
            sentence.Append(text);
            if (field is not null)
            {
                sentence.Append(valueOf(field) is { Length: > 0 } value ? value : "-");
            }
        }

        return sentence.ToString();
    }

    [GeneratedRegex(@"\{[A-Za-z][^{}\s]*\}", RegexOptions.CultureInvariant)]
    private static partial Regex PlaceholderPattern();
}
