using System.Globalization;
using AuditWatch.Detection.Sigma;

namespace AuditWatch.Composites;

/// <summary>What a composite saw, and what it missed, in words.</summary>
internal static class CompositeText
{
    /// <summary>A line for each step, in their order, and one for each variable.</summary>
    public static IEnumerable<string> Why(CompositePlan plan, StepFact[] story)
    {
        for (var i = 0; i < plan.Parts.Length; i++)
        {
            var place = Array.IndexOf(plan.Positive, i);
            if (place >= 0)
            {
                yield return $"{plan.Parts[i].Name}: {Request(story[place])}";
            }
            else if (plan.Parts[i].IsNot)
            {
                yield return $"{plan.Parts[i].Name}: no {string.Join(" or ", plan.Parts[i].Rules.Select(rule => rule.Text))}";
            }
        }

        foreach (var variable in plan.Definition.Variables)
        {
            var (part, place) = plan.Binding(variable);
            yield return $"${variable}: {story[Array.IndexOf(plan.Positive, part)].Values[place][0]}";
        }
    }

    /// <summary>What was found, and the request that made it: <c>role_bound by jane at 2026-11-21 00:24:50Z: create web/rolebindings/dev</c>.</summary>
    public static string Request(StepFact fact)
    {
        var request = fact.Source.Finding.Request;
        var what = $"{request.Verb} {request.ObjectRef?.ToString() ?? request.RequestUri}".Trim();
        return $"{fact.Source.Finding.Detection.Name} by {request.User ?? "nobody"} at {Time(fact.Time)}{(what.Length == 0 ? "" : $": {what}")}";
    }

    /// <summary>An event time.</summary>
    public static string Time(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>How a value has to stand to that of a variable.</summary>
    public static string Word(JoinOperator how) => how switch
    {
        JoinOperator.NotEqualTo => "another than",
        JoinOperator.StartsWith => "beginning with",
        JoinOperator.EndsWith => "ending with",
        JoinOperator.Contains => "containing",
        JoinOperator.InNetwork => "in the network",
        _ => "equal to",
    };
}
