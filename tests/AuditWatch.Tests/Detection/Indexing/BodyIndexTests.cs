using AuditWatch.Detection;
using AuditWatch.Detection.Indexing;
using AuditWatch.Tests.Detection.Sigma;

namespace AuditWatch.Tests.Detection.Indexing;

public class BodyIndexTests
{
    [Theory]
    [InlineData("s: {podSpec.hostPID: true}", "s", "\"hostPID\"")]
    [InlineData("s: {object.metadata.labels.example.org/team|exists: true}", "s", "\"example.org/team\"")]
    [InlineData("s: {containers.image|contains: [xmrig, minerd]}", "s", "xmrig|minerd")]
    [InlineData("s: {containers.image|re: '(?i)xmrig:|minerd'}", "s", "xmrig:|minerd")]
    [InlineData("s: {requestObject.data.note|startswith: 'abc*longest'}", "s", "longest")]
    [InlineData("s: {containers|any: {name: sidecar, securityContext.privileged: true}}", "s", "\"privileged\"")]
    [InlineData("s: {verb: create, podSpec.hostPID: true, podSpec.nodeSelector.disktype: ssd}", "s", "\"disktype\"")]
    [InlineData("s: {podSpec.hostPID: true}\n  t: {podSpec.hostIPC: true}", "s or t", "\"hostPID\"|\"hostIPC\"")]
    [InlineData("s: {podSpec.hostPID: true}\n  t: {verb: delete}", "s and not t", "\"hostPID\"")]
    [InlineData("s: {podSpec.hostPID: true}\n  t: {verb: delete}", "s or t", null)]
    [InlineData("s: {verb: create}\n  t: {podSpec.hostPID: true}", "s and not t", null)]
    [InlineData("s: {podSpec.hostPID: null}", "s", null)]
    [InlineData("s: {podSpec.hostPID|exists: false}", "s", null)]
    [InlineData("s: {containers.image: nginx}", "s", "nginx")]
    [InlineData("s: {containers.image: ssh}", "s", null)]
    [InlineData("s: {containers.image: 'say \"x\"'}", "s", null)]
    [InlineData("s: {requestObject|exists: true}", "s", null)]
    [InlineData("keywords: [xmrig]", "keywords", null)]
    public void Of_Condition_IsWhatABodyMustHaveOneOf(string selections, string condition, string? expected)
    {
        var rule = Rule.Load($"{selections.Replace("\n  ", "\n", StringComparison.Ordinal)}\ncondition: {condition}");

        Assert.Equal(expected, BodyNeeds.Of(rule.Search!.Condition) is { } needs ? string.Join('|', needs) : null);
    }

    [Theory]
    [InlineData("\"requestObject\":{\"spec\":{\"hostPID\":true}},", true)]
    [InlineData("\"responseObject\":{\"spec\":{\"hostPID\":true}},", true)]
    [InlineData("\"requestObject\":{\"spec\":{\"host\\u0050ID\":true}},", true)]
    [InlineData("\"requestObject\":{\"spec\":{\"hostPID\":true},\"x\":\"é\"},", true)]
    [InlineData("\"requestObject\":{ \"spec\" : { \"hostPID\" : true } },", true)]
    [InlineData("\"requestObject\":{\"spec\":{\"hostPID\":false}},", false)]
    [InlineData("\"requestObject\":{\"spec\":{}},", false)]
    [InlineData("\"requestObject\":null,", false)]
    [InlineData("", false)]
    public void Detect_RuleOnABody_FiresWhereItIs(string body, bool fires) =>
        Assert.Equal(fires, Rule.Matches("s: {objectRef.resource: pods, podSpec.hostPID: true}\ncondition: s", $"{body}\"objectRef\":{{\"resource\":\"pods\"}}"));

    [Fact]
    public void Detect_MoreLiteralsAndSetsOfRulesThanAreSearchedFor_FindsThemAll()
    {
        // Each user is of interest to other rules: more sets of rules than searches are kept for, the largest of more literals than are searched for.
        var rules = Enumerable.Range(0, 100).Select(i => Rule.Load($$"""
            s: {user.username|re: '^u([0-9]+-)*{{i}}(-[0-9]+)*$', containers.image: image-{{i}}}
            condition: s
            """) with
        { Name = $"rule{i}" }).ToList();
        var events = Enumerable.Range(0, 100).Select(i =>
            $$$$"""{"auditID":"{{{{i}}}}","stage":"ResponseComplete","user":{"username":"u{{{{string.Join('-', Enumerable.Range(0, i + 1))}}}}"},"objectRef":{"resource":"pods"},"requestObject":{"spec":{"containers":[{"image":"image-{{{{i / 2}}}}"}]}}}""");
        using var batch = Rule.Events(string.Join('\n', events));
        var found = new List<Finding>();

        new DetectionEngine(new DetectionSet(rules)).Detect(batch, found);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"rule{i / 2}"), found.Select(finding => finding.Detection.Name));
    }
}
