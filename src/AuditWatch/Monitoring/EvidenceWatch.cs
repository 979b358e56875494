using AuditWatch.Events;

namespace AuditWatch.Monitoring;

/// <summary>
/// Tells from the events of one cluster what its API server does not record, whatever its policy says: of resources that detections look into, changes
/// come without a body time after time; requests that last end, and none was seen to begin. Makes no garbage for an event. Not thread-safe.
/// </summary>
internal sealed class EvidenceWatch
{
    /// <summary>So many requests in a row have to lack something before it is called missing.</summary>
    public const int Enough = 20;

    private readonly EvidenceNeeds _needs;
    private readonly int[] _withoutBody;
    private int _endedUnseen;
    private bool _hasStarted;

    /// <summary>A watch for what detections need.</summary>
    /// <param name="needs">What they need.</param>
    /// <param name="before">The watch it replaces, for other detections; what that one has seen stays seen.</param>
    public EvidenceWatch(EvidenceNeeds needs, EvidenceWatch? before = null)
    {
        _needs = needs;
        _withoutBody = new int[needs.BodyCount];
        for (var i = 0; i < _withoutBody.Length && before is not null; i++)
        {
            _withoutBody[i] = before._needs.Find(needs.BodyOf(i).Resource) is >= 0 and var known ? before._withoutBody[known] : 0;
        }

        (_endedUnseen, _hasStarted) = before is null ? (0, false) : (before._endedUnseen, before._hasStarted);
    }

    /// <summary>How often something has begun, or ceased, to be missing.</summary>
    internal int Turns { get; private set; }

    /// <summary>What is missing, as far as can be told by now.</summary>
    public IReadOnlyList<MissingEvidence> Missing =>
    [
        .. Enumerable.Range(0, _withoutBody.Length).Where(i => _withoutBody[i] >= Enough).Select(i => MissingBody(_needs.BodyOf(i), _withoutBody[i])),
        .. _endedUnseen >= Enough && _needs.Beginnings.Count > 0
            ? [new MissingEvidence("the stage ResponseStarted", $"the ends of {_endedUnseen} lasting requests are recorded, and no beginning", _needs.Beginnings)]
            : Array.Empty<MissingEvidence>(),
    ];

    /// <summary>Looks at an event.</summary>
    public void Add(in AuditEvent auditEvent)
    {
        var stage = auditEvent[EventField.Stage];
        if (stage.Is("ResponseComplete"u8))
        {
            if (!_hasStarted && IsLasting(auditEvent))
            {
                Turns += ++_endedUnseen == Enough ? 1 : 0;
            }

            AddChange(auditEvent);
        }
        else if (!_hasStarted && stage.Is("ResponseStarted"u8) && auditEvent[EventField.UserName].IsPresent)
        {
            // Of requests with invalid credentials it is the only one, and says nothing about others: they have no user.
            _hasStarted = true;
            Turns += _endedUnseen >= Enough ? 1 : 0;
            _endedUnseen = 0;
        }
    }

    private void AddChange(in AuditEvent auditEvent)
    {
        var verb = auditEvent[EventField.Verb];
        if (!(verb.Is("create"u8) || verb.Is("update"u8) || verb.Is("patch"u8)) || auditEvent[EventField.ObjectRefSubresource].IsPresent
            || _needs.Find(auditEvent) is not (>= 0 and var i))
        {
            return;
        }

        if (!auditEvent.JsonOf(EventField.RequestObject).IsEmpty || !auditEvent.JsonOf(EventField.ResponseObject).IsEmpty)
        {
            Turns += _withoutBody[i] >= Enough ? 1 : 0;
            _withoutBody[i] = 0;
        }
        else if (auditEvent[EventField.ResponseStatusCode].TryGetInt64(out var code) && code < 300)
        {
            // What was refused may have had no body to record.
            Turns += ++_withoutBody[i] == Enough ? 1 : 0;
        }
    }

    private static bool IsLasting(in AuditEvent auditEvent)
    {
        var subresource = auditEvent[EventField.ObjectRefSubresource];
        return auditEvent[EventField.Verb].Is("watch"u8) || subresource.Is("exec"u8) || subresource.Is("attach"u8) || subresource.Is("portforward"u8)
            || subresource.Is("log"u8) || subresource.Is("proxy"u8);
    }

    private static MissingEvidence MissingBody((string Resource, IReadOnlyList<string> Detections) body, int changes) =>
        new($"bodies of {body.Resource}", $"the last {changes} changes are recorded without", body.Detections);
}
