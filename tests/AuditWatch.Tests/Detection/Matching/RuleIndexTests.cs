using AuditWatch.Detection;
using AuditWatch.Detection.Matching;
using AuditWatch.Events;
using AuditWatch.Tests.Detection.Sigma;

namespace AuditWatch.Tests.Detection.Matching;

public class RuleIndexTests
{
    [Theory]
    [InlineData("s: {verb: [GET, list]}\ncondition: s", "verb", "get,list")]
    [InlineData("s: {verb: get}\nt: {verb: list}\ncondition: s or t", "verb", "get,list")]
    [InlineData("s: {verb: [get, list]}\nt: {verb: [list, watch]}\ncondition: s and t", "verb", "list")]
    [InlineData("s: {verb: get}\nt: {level: Request}\ncondition: s or t", "verb", null)]
    [InlineData("s: {verb: get}\nt: {level: Request}\ncondition: s and not t", "verb", "get")]
    [InlineData("s: {verb: get}\ncondition: not s", "verb", null)]
    [InlineData("s: {verb: g*}\ncondition: s", "verb", null)]
    [InlineData("s: {verb|contains: get}\ncondition: s", "verb", null)]
    [InlineData("s: {verb: gét}\ncondition: s", "verb", null)]
    [InlineData("s: {objectRef.subresource: null, verb: get}\ncondition: s", "objectRef.subresource", NecessaryValues.Absent)]
    [InlineData("s: [{verb: get}, {verb: null}]\ncondition: s", "verb", NecessaryValues.Absent + ",get")]
    [InlineData("s: {object.rules|any: {verb: get}}\ncondition: s", "verb", null)]
    [InlineData("s: {command|contains: nc}\ncondition: s", "objectRef.subresource", "attach,exec,proxy")]
    [InlineData("s: {command|re: [nc, sh]}\ncondition: s", "objectRef.subresource", "attach,exec,proxy")]
    [InlineData("s: {command|exists: true, objectRef.subresource: exec}\ncondition: s", "objectRef.subresource", "exec")]
    [InlineData("s: {command|exists: false}\ncondition: s", "objectRef.subresource", null)]
    [InlineData("s: {command: null}\ncondition: s", "objectRef.subresource", null)]
    [InlineData("s: {command: sh}\ncondition: not s", "objectRef.subresource", null)]
    [InlineData("s: {command: sh}\ncondition: s", "verb", null)]
    public void Of_Condition_WhatTheFieldMustBe(string detection, string field, string? expected)
    {
        var values = NecessaryValues.Of(Rule.Load(detection).Search!.Condition, field);

        Assert.Equal(expected, values is null ? null : string.Join(',', values.Order(StringComparer.Ordinal)));
    }

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

    // Every rule looks at every event; a request counts once, as in the engine, by what this log tells requests apart with.
    private static IEnumerable<(string Detection, string AuditId)> Slowly(DetectionSet detections, EventBatch batch)
    {
        var rules = detections.Rules.Where(rule => rule.Search is not null).Select(rule => new CompiledRule(rule, [])).ToList();
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
