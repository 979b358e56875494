using AuditWatch.Detection;
using AuditWatch.Events;

namespace AuditWatch.Tests.Detection.Indexing;

public class RuleIndexTests
{
    [Fact]
    public void Detect_SampleLogWithEveryRule_FindsWhatLookingAtEachRuleFinds()
    {
        var detections = DetectionLoader.Load([RepositoryFiles.Detections], []);
        using var batch = new EventBatch(new EventOrigin("sample"), DateTimeOffset.UnixEpoch);

        // Once as written, once with the values that rules are told apart by escaped, in capitals, missing or null.
        foreach (var line in File.ReadLines(RepositoryFiles.SampleLog))
        {
            batch.Append(System.Text.Encoding.UTF8.GetBytes(Variant(line, batch.TextLength) + "\n"));
        }

        new AuditEventReader("sample").Read(batch, isFinal: true);
        var found = new List<Finding>();
        new DetectionEngine(detections).Detect(batch, found);

        Assert.Equal(Slowly(detections, batch), found.Select(finding => (finding.Detection.Name, finding.Request.AuditId!)).Distinct());
        Assert.NotEmpty(found);
    }

    [Fact]
    public void Detect_MoreUsersThanAreRemembered_FindsWhatLookingAtEachRuleFinds()
    {
        var detections = DetectionLoader.Load([RepositoryFiles.Detections], []);
        using var batch = new EventBatch(new EventOrigin("users"), DateTimeOffset.UnixEpoch);

        // Those who come again and again, those who come once, and those whose names and clients are longer than what is remembered of them.
        for (var i = 0; i < 12_000; i++)
        {
            var user = (i % 4) switch { 0 => "jane", 1 => $"system:serviceaccount:ns{i}:sa", 2 => $"system:node:n{i % 5_000}", _ => new string('x', 200 + (i % 400)) };
            var line = $$"""{"auditID":"{{i}}","stage":"ResponseComplete","verb":"get","requestURI":"/","user":{"username":"{{user}}","groups":["system:authenticated"]},"sourceIPs":["10.0.{{i % 300}}.1"],"userAgent":"{{(i % 3 == 0 ? "curl/8" : new string('u', i % 700))}}","objectRef":{"resource":"secrets","namespace":"ns{{i % 50}}","name":"s"},"responseStatus":{"code":{{(i % 5 == 0 ? 403 : 200)}}},"requestReceivedTimestamp":"2026-01-01T00:00:00Z"}""";
            batch.Append(System.Text.Encoding.UTF8.GetBytes(line + "\n"));
        }

        new AuditEventReader("users").Read(batch, isFinal: true);
        var found = new List<Finding>();
        new DetectionEngine(detections).Detect(batch, found);

        Assert.Equal(Slowly(detections, batch), found.Select(finding => (finding.Detection.Name, finding.Request.AuditId!)).Distinct());
        Assert.NotEmpty(found);
    }

    // Every rule looks at every event; a request counts once, as in the engine, by what this log tells requests apart with.
    private static IEnumerable<(string Detection, string AuditId)> Slowly(DetectionSet detections, EventBatch batch)
    {
        var rules = detections.Rules.Where(rule => rule is { Search: not null, IsAwaited: false }).Select(rule => new CompiledRule(rule, [])).ToList();
        var found = new List<(string, string)>();
        for (var i = 0; i < batch.Count; i++)
        {
            var auditEvent = batch[i];
            found.AddRange(rules
                .Where(rule => !auditEvent.IsRequestReceived || rule.SeesRequestReceived)
                .Where(rule => rule.Matches(batch[i]))
                .Select(rule => (rule.Rule.Name, batch[i][EventField.AuditId].ToString())));
        }

        return found.Distinct();
    }

    private static string Variant(string line, int seed) => (seed % 7) switch
    {
        1 => line.Replace("\"create\"", "\"\\u0063reate\"", StringComparison.Ordinal),
        2 => line.Replace("\"secrets\"", "\"SECRETS\"", StringComparison.Ordinal),
        3 => line.Replace("\"subresource\":\"exec\"", "\"subresource\":null", StringComparison.Ordinal),
        4 => line.Replace("\"verb\":\"list\",", "", StringComparison.Ordinal),
        5 => line.Replace("\"resource\":\"pods\"", "\"resource\":[\"pods\"]", StringComparison.Ordinal),
        _ => line,
    };
}
