using AuditWatch.Correlation;
using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;

namespace AuditWatch.Composites;

/// <summary>
/// Makes findings of stories: one for each set of values that the variables have, and that once in each dedup window, however many findings would make
/// the same story. Not thread-safe.
/// </summary>
/// <param name="told">What has been told.</param>
/// <param name="since">Since when, in event time, a composite has seen the findings of a cluster; null if it has not.</param>
/// <param name="metrics">Counts what is told.</param>
internal sealed class Stories(ToldStories told, Func<CompositePlan, string, long?> since, CompositeMetrics metrics)
{
    private readonly TextHasher _hasher = new();

    /// <summary>Tells a story, if it is news.</summary>
    /// <param name="plan">The composite.</param>
    /// <param name="story">A fact for each step that must have a finding.</param>
    /// <param name="findings">Gets the finding.</param>
    /// <returns>Until when, in ticks of UTC, the same story is no news.</returns>
    public long Tell(CompositePlan plan, StepFact[] story, List<Finding> findings)
    {
        // That something was not there before can be said only by who has looked all that time.
        if (plan.Parts[0].IsNot && plan.Definition.IsOrdered && !plan.Parts[0].IsAnywhere
            && !(since(plan, story[0].Source.Cluster) <= story[0].Time - (plan.Parts[0].Within ?? plan.Definition.Within).Ticks))
        {
            return long.MinValue;
        }

        var latest = story.MaxBy(fact => fact.Time)!;
        var key = KeyOf(plan, story, latest);
        if (told.UntilIfTold(key, latest.Time) is { } until)
        {
            return until;
        }

        until = latest.Time + plan.Rule.DedupWindow.Ticks;
        told.Tell(key, until);
        findings.Add(Make(plan, story, latest));
        metrics.Tells(plan.Rule.Name);
        return until;
    }

    private UInt128 KeyOf(CompositePlan plan, StepFact[] story, StepFact latest)
    {
        _hasher.Add(plan.Rule.Name).Add(latest.Source.Cluster);
        foreach (var variable in plan.Definition.Variables)
        {
            _hasher.Add(Value(plan, story, variable));
        }

        foreach (var by in plan.Rule.DedupBy)
        {
            _hasher.Add(Read(plan, story, latest, by));
        }

        return _hasher.GetHashAndReset();
    }

    private static Finding Make(CompositePlan plan, StepFact[] story, StepFact latest)
    {
        var inOrder = story.OrderBy(fact => fact.Time).ThenBy(fact => fact.Sequence).Select(fact => fact.Source.Finding).ToList();
        return new Finding
        {
            Detection = plan.Rule,
            Request = latest.Source.Finding.KeptRequest,
            Requests = [.. inOrder.Select(finding => finding.KeptRequest)],
            Count = story.Length,
            Time = new DateTimeOffset(latest.Time, TimeSpan.Zero),
            FirstTime = inOrder[0].Time,
            Actor = Read(plan, story, latest, plan.Rule.Actor),
            ActorKind = latest.Source.Finding.ActorKind,
            Cluster = latest.Source.Cluster,
            Summary = new SummaryTemplate(plan.Rule.Summary).Fill(text => Read(plan, story, latest, text)),
            Dedup = [.. plan.Rule.DedupBy.Select(by => KeyValuePair.Create(by.TrimStart('$'), Read(plan, story, latest, by)))],
            Why = [.. CompositeText.Why(plan, story)],
        };
    }

    private static string Read(CompositePlan plan, StepFact[] story, StepFact latest, string text)
    {
        if (CompositeReference.Parse(text, plan.Definition, out _) is not { } reference)
        {
            return "";
        }

        if (reference.Variable is { } variable)
        {
            return Value(plan, story, variable);
        }

        var fact = reference.Step is { } step ? story[Array.IndexOf(plan.Positive, Array.IndexOf(plan.Parts, step))] : latest;
        return fact.Source.Finding.Carried.FirstOrDefault(pair => pair.Key == reference.Field).Value ?? "";
    }

    private static string Value(CompositePlan plan, StepFact[] story, string variable)
    {
        var (part, place) = plan.Binding(variable);
        return story[Array.IndexOf(plan.Positive, part)].Values[place][0];
    }
}
