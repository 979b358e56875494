using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.Processing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.RuleTesting;

/// <summary>
/// Runs the tests beside detections through the real stages: the events become JSON, are read, matched, correlated, joined and deduplicated as in the
/// service, with the detection and what it refers to loaded.
/// </summary>
/// <param name="detections">The set the tested detections are in.</param>
internal sealed class DetectionTestRunner(DetectionSet detections)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // As a log of the past: whatever times the events of a test have.
    private static readonly DateTimeOffset Received = DateTimeOffset.MaxValue;

    /// <summary>Runs one test.</summary>
    public DetectionTestResult Run(DetectionTestCase test)
    {
        var rule = detections.Rules.FirstOrDefault(rule => rule.Name == test.Detection);
        if (rule is null)
        {
            return Failed(test, $"there is no detection '{test.Detection}'{Yaml.Suggestion.For(test.Detection, detections.Rules.Select(r => r.Name))}");
        }

        using var batch = Read(test);
        if (batch.Rejections is [var rejection, ..])
        {
            return Failed(test, $"an event of the test is no audit event: {rejection.Reason}");
        }

        // A rule that others rest on is tested on its own: nothing here silences it, or makes it wait.
        var set = rule.IsAwaited ? new DetectionSet([rule with { IsAwaited = false }]) : detections.Of(rule);
        var stages = DetectionStages.For(set, NullLoggerFactory.Instance);
        var processor = BatchProcessor.ForLog(stages, NullLogger<BatchProcessor>.Instance);
        var first = processor.Process(batch);
        var missing = stages.Composites.Missing();
        BatchOutcome[] outcomes = [first, processor.Complete(test.Advance)];
        if (outcomes.Select(outcome => outcome.Failure).FirstOrDefault(failure => failure is not null) is { } failure)
        {
            return Failed(test, $"the stages fail on its events: {failure}");
        }

        var alerts = outcomes.SelectMany(outcome => outcome.Changes).Select(change => change.Alert).Where(alert => alert.Detection.Name == rule.Name)
            .GroupBy(alert => alert.Id, StringComparer.Ordinal).Select(changes => changes.Last()).ToList();
        return new DetectionTestResult(test, Compare(test, alerts), test.Fires && alerts.Count == 0 ? [.. Misses(rule, batch), .. missing] : []);
    }

    private static DetectionTestResult Failed(DetectionTestCase test, string problem) => new(test, problem, []);

    // Of what rests on others, why the rules that feed it did not match.
    private List<string> Misses(DetectionRule rule, EventBatch batch)
    {
        var compiled = (rule.Search is not null ? [rule] : detections.Of(rule).Rules)
            .Where(fed => fed.Search is not null).Select(fed => new CompiledRule(fed, [])).ToList();
        var why = new List<string>();
        for (var i = 0; i < batch.Count; i++)
        {
            foreach (var candidate in compiled)
            {
                why.AddRange(candidate.Matches(batch[i])
                    ? [$"event {i + 1} matches {candidate.Rule.Name}"]
                    : candidate.Misses(batch[i]).Select(miss => $"event {i + 1}: {miss}"));
            }
        }

        return why;
    }

    private static string? Compare(DetectionTestCase test, List<Alert> alerts)
    {
        if (test.Fires != alerts.Count > 0)
        {
            return test.Fires ? "should fire and does not" : $"should not fire and does: {string.Join("; ", alerts[0].Why)}";
        }

        if (test.Alerts is { } count && count != alerts.Count)
        {
            return $"should raise {count} alert{(count == 1 ? "" : "s")} and raises {alerts.Count}";
        }

        if (test.Level is { } level && alerts.Find(alert => alert.Level.Word() != level) is { } unlike)
        {
            return $"the level should be '{level}' and is '{unlike.Level.Word()}'";
        }

        if (test.Actor is { } actor && alerts.Find(alert => alert.Actor != actor) is { } other)
        {
            return $"the actor should be '{actor}' and is '{other.Actor}'";
        }

        return test.Summary is { } summary && alerts.Find(alert => alert.Summary != summary) is { } different
            ? $"the summary should be '{summary}' and is '{different.Summary}'"
            : null;
    }

    private static EventBatch Read(DetectionTestCase test)
    {
        var batch = new EventBatch(new EventOrigin(test.Location.File, test.Cluster), Received);
        var number = 0;
        for (var repetition = 1; repetition <= test.Repeat; repetition++)
        {
            foreach (var template in test.Events)
            {
                var auditEvent = Complete(template, Start + (number * test.Every), number);
                var json = auditEvent.ToJsonString().Replace("{n}", repetition.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
                batch.Append(Encoding.UTF8.GetBytes(json + "\n"));
                number++;
            }
        }

        new AuditEventReader(test.Location.File).Read(batch, isFinal: true);
        return batch;
    }

    private static JsonObject Complete(JsonObject template, DateTimeOffset time, int number)
    {
        var timestamp = time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        var auditEvent = new JsonObject
        {
            ["kind"] = "Event",
            ["apiVersion"] = "audit.k8s.io/v1",
            ["level"] = "RequestResponse",
            ["auditID"] = $"00000000-0000-4000-8000-{number:x12}",
            ["stage"] = "ResponseComplete",
            ["verb"] = "",
            ["user"] = new JsonObject(),
            ["requestReceivedTimestamp"] = timestamp,
            ["stageTimestamp"] = timestamp,
        };
        foreach (var (key, value) in template)
        {
            auditEvent[key] = value?.DeepClone();
        }

        return auditEvent;
    }
}
