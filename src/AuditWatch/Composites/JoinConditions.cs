using System.Net;
using AuditWatch.Detection.Sigma;

namespace AuditWatch.Composites;

/// <summary>What the conditions of the rules ask of facts: the leaves of the expressions that NRules compiles.</summary>
internal static class JoinConditions
{
    /// <summary>Whether a value of the fact stands to the one that another fact binds as the operator says.</summary>
    public static bool Holds(StepFact fact, int place, JoinOperator how, StepFact binding, int bindingPlace)
    {
        var variable = binding.Values[bindingPlace][0];
        foreach (var value in fact.Values[place])
        {
            if (Holds(value, how, variable))
            {
                return how != JoinOperator.NotEqualTo;
            }
        }

        return how == JoinOperator.NotEqualTo;
    }

    /// <summary>Whether the two are different findings.</summary>
    public static bool Differ(StepFact a, StepFact b) => a.Source != b.Source;

    /// <summary>Whether one follows the other, or is at the same instant, by less than so many ticks.</summary>
    public static bool Follows(StepFact later, StepFact earlier, long within) => later.Time >= earlier.Time && later.Time - earlier.Time < within;

    /// <summary>Whether one is later than the other by less than so many ticks, and not at the same instant.</summary>
    public static bool IsAfter(StepFact later, StepFact earlier, long within) => later.Time > earlier.Time && later.Time - earlier.Time < within;

    /// <summary>Whether one is nearer to the other than so many ticks, before or after.</summary>
    public static bool IsNear(StepFact a, StepFact b, long within) => Math.Abs(a.Time - b.Time) < within;

    /// <summary>
    /// Whether the story was over before it was complete: ended strictly within it, by what arrived before the last of it did. What ends a story is
    /// not waited for.
    /// </summary>
    public static bool Ends(StepFact end, StepFact[] story)
    {
        var (first, last, arrived) = (long.MaxValue, long.MinValue, long.MinValue);
        foreach (var fact in story)
        {
            first = Math.Min(first, fact.Time);
            last = Math.Max(last, fact.Time);
            arrived = Math.Max(arrived, fact.Sequence);
        }

        return end.Time > first && end.Time < last && end.Sequence < arrived;
    }

    private static bool Holds(string value, JoinOperator how, string variable) => how switch
    {
        JoinOperator.StartsWith => value.StartsWith(variable, StringComparison.Ordinal),
        JoinOperator.EndsWith => value.EndsWith(variable, StringComparison.Ordinal),
        JoinOperator.Contains => value.Contains(variable, StringComparison.Ordinal),
        JoinOperator.InNetwork => IPNetwork.TryParse(variable, out var network) && IPAddress.TryParse(value, out var address) && network.Contains(address),
        _ => string.Equals(value, variable, StringComparison.Ordinal),
    };
}
