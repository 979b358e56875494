namespace AuditWatch.Composites;

/// <summary>
/// How long, in event time, facts of one composite can still be of use, and from when on its stories can no longer be undone. All times are ticks of
/// UTC. Immutable.
/// </summary>
internal sealed class StepLifetimes(CompositePlan plan)
{
    private readonly long _within = plan.Definition.Within.Ticks;

    // The longest that a story can take, with the time in which a last 'not' may still happen.
    private readonly long _horizon = plan.Definition.Within.Ticks + (plan.Definition.Steps[^1] is { IsNot: true, Within: { } after } ? after.Ticks : 0);

    /// <summary>
    /// How long after it happened a fact waits at first, before anybody looks whether it has anything to follow. The watermark is late by the lateness
    /// already.
    /// </summary>
    public long Initial(int part)
    {
        var step = plan.Parts[part];
        return !plan.Definition.IsOrdered || step.IsAnywhere ? (step.IsNot ? 2 * _within : _within)
            : part < plan.First ? (step.Within?.Ticks ?? _within) + _horizon
            : part == plan.First ? _horizon
            : 0;
    }

    /// <summary>
    /// Until when a fact of a later step waits that has an earlier one to follow; null if that is no longer than it waits anyway. One of which the
    /// earlier comes only after its initial time has not come in time.
    /// </summary>
    public long? IfFollowing(StepFact fact)
    {
        var until = fact.Time + _horizon;
        var isLast = fact.Step == plan.Last && !plan.Definition.Steps[^1].IsNot;
        return !plan.Definition.IsOrdered || fact.Expires >= until || fact.Step <= plan.First || isLast ? null : until;
    }

    /// <summary>When nothing can come any more that would undo a story.</summary>
    public long Ripe(StepFact[] story)
    {
        var (first, last) = (story.Min(fact => fact.Time), story.Max(fact => fact.Time));
        var ripe = last;
        for (var part = 0; part < plan.Parts.Length; part++)
        {
            var step = plan.Parts[part];
            if (step.IsNot)
            {
                ripe = Math.Max(ripe, !plan.Definition.IsOrdered || step.IsAnywhere ? first + _within
                    : part < plan.Last ? last
                    : step.Within is { } after ? last + after.Ticks : first + _within);
            }
        }

        return ripe;
    }
}
