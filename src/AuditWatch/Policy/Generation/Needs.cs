using AuditWatch.Detection;
using AuditWatch.Policy.Coverage;

namespace AuditWatch.Policy.Generation;

/// <summary>What detections have to see.</summary>
internal static class Needs
{
    /// <summary>The needs of all rules on single events. Of bodies that are credentials there is none, whatever a detection would do with them.</summary>
    public static IEnumerable<Need> Of(DetectionSet detections, RequestUniverse universe)
    {
        var credentials = universe.WhereTarget(target => target.HoldsCredentials);
        return
            from rule in detections.Rules
            where rule.Search is not null
            from sought in SoughtByRule.Of(rule, universe)
            from possible in universe.Possible.Where(sought.Shape.Overlaps)
            let shape = sought.Shape.Intersect(possible)
            from need in shape.Except(credentials).Select(rest => new Need(rule.Name, rest, sought.Level))
                .Append(new Need(rule.Name, shape.Intersect(credentials), AuditLevel.Metadata))
            where !need.Shape.IsEmpty
            select need;
    }
}
