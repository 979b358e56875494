using System.Text;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.Policy.Coverage;

namespace AuditWatch.Policy;

/// <summary>
/// Tells from the events themselves what the API server does not record, whatever its policy says: of resources that detections look into, changes come
/// without a body time after time; requests that last end, and none was seen to begin. Makes no garbage for an event. Not thread-safe.
/// </summary>
public sealed class EvidenceWatch
{
    /// <summary>So many requests in a row have to lack something before it is called missing.</summary>
    public const int Enough = 20;

    private readonly Changes[] _changes;
    private readonly string[] _needStarted;
    private int _endedUnseen;
    private bool _hasStarted;

    /// <summary>A watch for what these detections need.</summary>
    public EvidenceWatch(DetectionSet detections)
    {
        var rules = detections.Rules.Where(rule => rule.Search is not null).ToList();
        var universe = RequestUniverse.Of(policy: null, rules.Select(rule => rule.Search!.Condition));
        var sought = rules.SelectMany(rule => SoughtByRule.Of(rule, universe).SelectMany(one => universe.Possible.Where(one.Shape.Overlaps)
            .Select(possible => (rule.Name, one.Level, Shape: one.Shape.Intersect(possible))))).ToList();
        _changes =
        [
            .. sought.Where(one => one.Level > AuditLevel.Metadata)
                .SelectMany(one => one.Shape[Dimension.Target].Members().Select(i => (one.Name, Target: universe.Targets[i])))
                .Where(one => one.Target is { Subresource: "", HoldsCredentials: false } && KnownApi.Find(one.Target.Group, one.Target.Resource) is not null)
                .GroupBy(one => one.Target).Select(group => new Changes(group.Key, Names(group.Select(one => one.Name)))),
        ];
        var lasting = StageKinds.In(universe).Where(kind => kind.Stages.HasFlag(AuditStages.ResponseStarted)).Select(kind => kind.Shape).ToList();
        _needStarted = Names(sought.GroupBy(one => one.Name).Where(rule => rule.All(one => lasting.Exists(shape => shape.Contains(one.Shape)))).Select(rule => rule.Key));
    }

    /// <summary>What is missing, as far as can be told by now.</summary>
    public IReadOnlyList<MissingEvidence> Missing =>
    [
        .. _changes.Where(change => change.WithoutBody >= Enough)
            .Select(change => new MissingEvidence($"bodies of {change.Target}: the last {change.WithoutBody} changes are recorded without", change.Detections)),
        .. _endedUnseen >= Enough && _needStarted.Length > 0
            ? [new MissingEvidence($"the stage ResponseStarted: the ends of {_endedUnseen} lasting requests are recorded, and no beginning", _needStarted)]
            : Array.Empty<MissingEvidence>(),
    ];

    /// <summary>Looks at an event.</summary>
    public void Add(in AuditEvent auditEvent)
    {
        var stage = auditEvent[EventField.Stage];
        if (stage.Is("ResponseStarted"u8))
        {
            // Of requests with invalid credentials it is the only one, and says nothing about others: they have no user.
            _hasStarted |= auditEvent[EventField.UserName].IsPresent;
            _endedUnseen = _hasStarted ? 0 : _endedUnseen;
        }
        else if (stage.Is("ResponseComplete"u8))
        {
            _endedUnseen += !_hasStarted && IsLasting(auditEvent) ? 1 : 0;
            AddChange(auditEvent);
        }
    }

    private void AddChange(in AuditEvent auditEvent)
    {
        var verb = auditEvent[EventField.Verb];
        if (!(verb.Is("create"u8) || verb.Is("update"u8) || verb.Is("patch"u8)) || auditEvent[EventField.ObjectRefSubresource].IsPresent)
        {
            return;
        }

        foreach (var change in _changes)
        {
            if (change.IsFor(auditEvent))
            {
                // What was refused may have had no body to record.
                var isRecorded = auditEvent[EventField.RequestObject].IsPresent || auditEvent[EventField.ResponseObject].IsPresent;
                var isDone = auditEvent[EventField.ResponseStatusCode].TryGetInt64(out var code) && code < 300;
                change.WithoutBody = isRecorded ? 0 : change.WithoutBody + (isDone ? 1 : 0);
                return;
            }
        }
    }

    private static bool IsLasting(in AuditEvent auditEvent)
    {
        var subresource = auditEvent[EventField.ObjectRefSubresource];
        return auditEvent[EventField.Verb].Is("watch"u8) || subresource.Is("exec"u8) || subresource.Is("attach"u8) || subresource.Is("portforward"u8)
            || subresource.Is("log"u8) || subresource.Is("proxy"u8);
    }

    private static string[] Names(IEnumerable<string> names) => [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>How changes of one resource have been recorded of late.</summary>
    private sealed class Changes(Target target, string[] detections)
    {
        private readonly byte[] _group = Encoding.UTF8.GetBytes(target.Group);
        private readonly byte[] _resource = Encoding.UTF8.GetBytes(target.Resource);

        public Target Target => target;

        public string[] Detections => detections;

        public int WithoutBody { get; set; }

        public bool IsFor(in AuditEvent auditEvent) =>
            auditEvent[EventField.ObjectRefResource].Is(_resource)
            && (_group.Length == 0 ? !auditEvent[EventField.ObjectRefApiGroup].IsPresent : auditEvent[EventField.ObjectRefApiGroup].Is(_group));
    }
}
