using System.Diagnostics;
using System.Security.Cryptography;
using AuditWatch.Events;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Detection;

/// <summary>
/// Where every stage puts the exceptions that one event, or one finding, has brought about: so that it costs itself only, for the detections that failed
/// on it, and is counted, logged once for each place that threw, and told as an alert by whoever drains them. Bounded. Thread-safe.
/// </summary>
/// <param name="logger">Hears of each place that throws, once. Default: nobody does.</param>
internal sealed class EventFailures(ILogger? logger = null)
{
    /// <summary>The most that wait to be drained; of more, only the count is known.</summary>
    public const int Capacity = 100;

    private const int MaxLogged = 1_000;

    private readonly ILogger _logger = logger ?? NullLogger.Instance;
    private readonly List<EventFailure> _waiting = [];
    private readonly HashSet<string> _logged = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Called for every failure, as it happens, on the thread of the stage; does not throw. Default: none.</summary>
    public Action<EventFailure>? Note { get; set; }

    /// <summary>Counts them. Default: those of the process.</summary>
    internal ServiceMetrics Metrics { get; init; } = ServiceMetrics.Shared;

    /// <summary>A stage failed on an event.</summary>
    /// <param name="stage">See <see cref="EventFailure.Stage"/>.</param>
    /// <param name="auditEvent">The event.</param>
    /// <param name="detections">The detections that it is lost for.</param>
    /// <param name="problem">What was thrown.</param>
    public void Add(string stage, in AuditEvent auditEvent, IReadOnlyList<string> detections, Exception problem)
    {
        var request = Readable(auditEvent);
        Add(problem, new EventFailure(stage, detections, Describe(problem))
        {
            Cluster = auditEvent.Origin.Cluster,
            Actor = request.ImpersonatedUser ?? request.User ?? "",
            Request = request,
            Length = auditEvent.Json.Length,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(auditEvent.Json)),
        });
    }

    /// <summary>A stage failed on a finding.</summary>
    /// <param name="stage">See <see cref="EventFailure.Stage"/>.</param>
    /// <param name="finding">The finding, which is lost.</param>
    /// <param name="problem">What was thrown.</param>
    public void Add(string stage, Finding finding, Exception problem)
    {
        if (finding.Event is { } auditEvent)
        {
            Add(stage, auditEvent, [finding.Detection.Name], problem);
        }
        else
        {
            Add(stage, finding.Detection.Name, finding.Cluster, finding.Actor, finding.Request, problem);
        }
    }

    /// <summary>A stage failed on what has been made of findings, or on something that is not about one event.</summary>
    /// <param name="stage">See <see cref="EventFailure.Stage"/>.</param>
    /// <param name="detection">The detection; null if it is about none.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="actor">Who acted.</param>
    /// <param name="request">The latest request; null if it is about none.</param>
    /// <param name="problem">What was thrown.</param>
    public void Add(string stage, string? detection, string cluster, string actor, RequestSnapshot? request, Exception problem) =>
        Add(problem, new EventFailure(stage, detection is null ? [] : [detection], Describe(problem)) { Cluster = cluster, Actor = actor, Request = request ?? new RequestSnapshot() });

    /// <summary>Removes and returns the failures since the last call, the oldest first, at most <see cref="Capacity"/>.</summary>
    public IReadOnlyList<EventFailure> Drain()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                return [];
            }

            List<EventFailure> taken = [.. _waiting];
            _waiting.Clear();
            return taken;
        }
    }

    private void Add(Exception problem, EventFailure failure)
    {
        Metrics.Processing.EventFailures.Add(1, new KeyValuePair<string, object?>("stage", failure.Stage));
        bool isNew;
        lock (_lock)
        {
            isNew = _logged.Count < MaxLogged && _logged.Add(failure.Stage + failure.Problem);
            if (_waiting.Count < Capacity)
            {
                _waiting.Add(failure);
            }
        }

        if (isNew)
        {
            // Not the message: there may be something of the event in it.
            _logger.LogError(
                "An event is lost for {Detections}: the stage '{Stage}' failed on it with {Problem}. This is a defect of AuditWatch, please report it. More of the kind are counted in auditwatch_event_failures_total and not logged.{Trace}",
                failure.Detections.Count == 0 ? "no detection" : string.Join(", ", failure.Detections.Take(5)), failure.Stage, failure.Problem, Environment.NewLine + problem.StackTrace);
        }

        Note?.Invoke(failure);
    }

    private static string Describe(Exception problem) =>
        new StackTrace(problem).GetFrame(0)?.GetMethod() is { } method ? $"{problem.GetType().Name} in {method.DeclaringType?.Name}.{method.Name}" : problem.GetType().Name;

    private static RequestSnapshot Readable(in AuditEvent auditEvent)
    {
        try
        {
            return RequestSnapshot.Of(auditEvent);
        }
        catch (Exception)
        {
            return new RequestSnapshot { Time = auditEvent.Time };
        }
    }
}
