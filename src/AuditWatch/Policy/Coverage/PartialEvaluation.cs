using System.Text;
using AuditWatch.Detection.Matching;
using AuditWatch.Detection.Sigma;
using AuditWatch.Events.Json;
using static AuditWatch.Detection.Sigma.SigmaString;

namespace AuditWatch.Policy.Coverage;

/// <summary>
/// Evaluates tests on values that may be known only in part, in three-valued logic: true, false, or null if what is known does not decide. An unmentioned
/// value is taken to be no other spelling, in upper or lower case, of a mentioned one.
/// </summary>
internal static class PartialEvaluation
{
    /// <summary>Whether a value passes a test. An empty value is an absent one.</summary>
    public static bool? Test(ValueTest test, string value) => test switch
    {
        ValueTest.Null => value.Length == 0,
        ValueTest.Existence existence => value.Length > 0 == existence.Expected,
        _ when value.Length == 0 => false,
        ValueTest.Text text when Unmentioned.Is(value) => TestPrefix(text.Pattern, text.IsCased, Unmentioned.Known(value)),
        ValueTest.Text text => new TextMatcher(text.Pattern, text.IsCased).Visit(JsonValue.Text(Encoding.UTF8.GetBytes(value))),
        ValueTest.Regex regex when !Unmentioned.Is(value) => regex.Expression.IsMatch(value, Ascii.IsValid(value)),
        ValueTest.Comparison comparison when decimal.TryParse(value, out var number) => ComparisonMatcher.Holds(number, comparison.Operator, comparison.Number),
        _ => null,
    };

    /// <summary>Whether an unmentioned text, of which only a prefix is known, matches a pattern.</summary>
    public static bool? TestPrefix(SigmaString pattern, bool isCased, string prefix)
    {
        var how = isCased ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        return pattern.Parts switch
        {
            [{ Kind: PartKind.AnyText }] => true,
            [{ Kind: PartKind.Literal }] => false,
            [{ Kind: PartKind.Literal } start, { Kind: PartKind.AnyText }] when prefix.StartsWith(start.Text, how) => true,
            [{ Kind: PartKind.Literal } start, ..] when !prefix.StartsWith(start.Text, how) && !start.Text.StartsWith(prefix, how) => false,
            _ => null,
        };
    }

    /// <summary>The three-valued "or".</summary>
    public static bool? AnyOf(IEnumerable<bool?> parts)
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
