using System.Diagnostics.Metrics;
using AuditWatch.Events;
using AuditWatch.Events.Json;

namespace AuditWatch.Monitoring;

/// <summary>Counts events by source, cluster, stage and outcome.</summary>
/// <param name="counter">The counter.</param>
internal sealed class EventCounts(Counter<long> counter)
{
    private static readonly string[] Stages = ["RequestReceived", "ResponseStarted", "ResponseComplete", "Panic", "other"];
    private static readonly string[] Outcomes = ["started", "allowed", "denied", "failed"];

    /// <summary>Counts the events of a batch.</summary>
    public void Add(EventBatch batch)
    {
        Span<int> counts = stackalloc int[Stages.Length * Outcomes.Length];
        counts.Clear();
        for (var i = 0; i < batch.Count; i++)
        {
            var auditEvent = batch[i];
            counts[(StageOf(auditEvent[EventField.Stage]) * Outcomes.Length) + OutcomeOf(auditEvent[EventField.ResponseStatusCode])]++;
        }

        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
            {
                counter.Add(counts[i], new("source", batch.Origin.Source), new("cluster", batch.Origin.Cluster), new("stage", Stages[i / Outcomes.Length]), new("outcome", Outcomes[i % Outcomes.Length]));
            }
        }
    }

    private static int StageOf(JsonValue stage) =>
        stage.Is("ResponseComplete"u8) ? 2 : stage.Is("RequestReceived"u8) ? 0 : stage.Is("ResponseStarted"u8) ? 1 : stage.Is("Panic"u8) ? 3 : 4;

    private static int OutcomeOf(JsonValue code) => !code.TryGetInt64(out var status) ? 0 : status is 401 or 403 ? 2 : status >= 400 ? 3 : 1;
}
