using System.Text;
using AuditWatch.Detection.Matching;
using AuditWatch.Detection.Sigma;
using AuditWatch.Events;
using static AuditWatch.Detection.Sigma.SigmaString;

namespace AuditWatch.Policy.Coverage;

/// <summary>
/// Whether a value passes a test: yes, no, or null where that cannot be told from what is known of the value. Letter case is the one thing that is
/// taken lightly: a value that nobody mentions is no other spelling of one that somebody does.
/// </summary>
internal static class Decision
{
    /// <summary>Of a value that is absent where it is empty.</summary>
    public static bool? Of(ValueTest test, string value) => test switch
    {
        ValueTest.Null => value.Length == 0,
        ValueTest.Existence existence => value.Length > 0 == existence.Expected,
        _ when value.Length == 0 => false,
        ValueTest.Text text when Unmentioned.Is(value) => OfBeginning(text.Pattern, text.IsCased, Unmentioned.Known(value)),
        ValueTest.Text text => new TextMatcher(text.Pattern, text.IsCased).Visit(JsonValue.Text(Encoding.UTF8.GetBytes(value))),
        ValueTest.Regex regex when !Unmentioned.Is(value) => regex.Expression.IsMatch(value, Ascii.IsValid(value)),
        ValueTest.Comparison comparison when decimal.TryParse(value, out var number) => ComparisonMatcher.Holds(number, comparison.Operator, comparison.Number),
        _ => null,
    };

    /// <summary>Of a text of which only the beginning is known, and which is none that is mentioned.</summary>
    public static bool? OfBeginning(SigmaString pattern, bool isCased, string beginning)
    {
        var how = isCased ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        return pattern.Parts switch
        {
            [{ Kind: PartKind.AnyText }] => true,
            [{ Kind: PartKind.Literal }] => false,
            [{ Kind: PartKind.Literal } start, { Kind: PartKind.AnyText }] when beginning.StartsWith(start.Text, how) => true,
            [{ Kind: PartKind.Literal } start, ..] when !beginning.StartsWith(start.Text, how) && !start.Text.StartsWith(beginning, how) => false,
            _ => null,
        };
    }

    /// <summary>One of several must hold.</summary>
    public static bool? Any(IEnumerable<bool?> parts)
    {
        var isUnknown = false;
        foreach (var part in parts)
        {
            if (part is true)
            {
                return true;
            }

            isUnknown |= part is null;
        }

        return isUnknown ? null : false;
    }
}
