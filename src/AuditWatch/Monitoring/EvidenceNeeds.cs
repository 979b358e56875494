using System.Text;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.Policy;
using AuditWatch.Policy.Coverage;

namespace AuditWatch.Monitoring;

/// <summary>
/// What a set of detections needs beyond the bare record of a request: bodies of resources, and the stage at which requests that last begin.
/// Working it out takes some tenths of a second for a hundred detections. Immutable.
/// </summary>
internal sealed class EvidenceNeeds
{
    private readonly Body[] _bodies;

    private EvidenceNeeds(Body[] bodies, string[] beginnings)
    {
        _bodies = bodies;
        Beginnings = beginnings;
    }

    /// <summary>How many resources there are whose bodies are needed. They are known by number, from 0.</summary>
    internal int BodyCount => _bodies.Length;

    /// <summary>The detections that look only for requests that last, and so need their beginning; in order.</summary>
    internal IReadOnlyList<string> Beginnings { get; }

    /// <summary>What these detections need.</summary>
    public static EvidenceNeeds Of(DetectionSet detections)
    {
        var rules = detections.Rules.Where(rule => rule is { Search: not null, IsAwaited: false }).ToList();
        var universe = RequestUniverse.Of(policy: null, rules.Select(rule => rule.Search!.Condition));
        var sought = rules.SelectMany(rule => SelectorCompiler.Compile(rule, universe).SelectMany(one => universe.Possible.Where(one.Shape.Overlaps)
            .Select(possible => (rule.Name, one.Level, Shape: one.Shape.Intersect(possible))))).ToList();
        var bodies = sought.Where(one => one.Level > AuditLevel.Metadata)
            .SelectMany(one => one.Shape[Dimension.Target].Members().Select(i => (one.Name, Target: universe.Targets[i])))
            .Where(one => one.Target is { Subresource: "", HoldsCredentials: false } && KnownApi.Find(one.Target.Group, one.Target.Resource) is not null)
            .GroupBy(one => one.Target)
            .Select(group => new Body(group.Key.ToString(), Encoding.UTF8.GetBytes(group.Key.Group), Encoding.UTF8.GetBytes(group.Key.Resource), Names(group.Select(one => one.Name))));
        var lasting = PossibleRequests.ByStages(universe).Where(kind => kind.Stages.HasFlag(AuditStages.ResponseStarted)).Select(kind => kind.Shape).ToList();
        return new EvidenceNeeds(
            [.. bodies], Names(sought.GroupBy(one => one.Name).Where(rule => rule.All(one => lasting.Exists(shape => shape.Contains(one.Shape)))).Select(rule => rule.Key)));
    }

    /// <summary>The resource with that number, and the detections that need its bodies.</summary>
    internal (string Resource, IReadOnlyList<string> Detections) BodyOf(int number) => (_bodies[number].Resource, _bodies[number].Detections);

    /// <summary>The number of the resource that an event is about; -1 if nobody needs its bodies.</summary>
    internal int Find(in AuditEvent auditEvent)
    {
        var resource = auditEvent[EventField.ObjectRefResource];
        var group = auditEvent[EventField.ObjectRefApiGroup];
        for (var i = 0; i < _bodies.Length; i++)
        {
            if (resource.Is(_bodies[i].Name) && (_bodies[i].Group.Length == 0 ? !group.IsPresent : group.Is(_bodies[i].Group)))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The number of a resource; -1 if nobody needs its bodies.</summary>
    internal int Find(string resource) => Array.FindIndex(_bodies, body => body.Resource == resource);

    private static string[] Names(IEnumerable<string> names) => [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private sealed record Body(string Resource, byte[] Group, byte[] Name, string[] Detections);
}
