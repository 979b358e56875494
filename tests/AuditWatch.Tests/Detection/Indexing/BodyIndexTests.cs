using AuditWatch.Detection;
using AuditWatch.Detection.Indexing;
using AuditWatch.Tests.Detection.Sigma;
using AuditWatch.Tests.Events;
using FsCheck;
using FsCheck.Fluent;

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
    public void Narrow_BodyWithoutWhatARuleNeeds_LeavesItOut()
    {
        var index = new RuleIndex([.. new[] { "podSpec.hostPID: true", "podSpec.hostIPC: true", "verb: create" }.Select(test => Rule.Load($"s: {{{test}}}\ncondition: s").Search!.Condition)]);
        using var batch = Rule.Events("""
            {"auditID":"1","stage":"ResponseComplete","user":{},"verb":"create","requestObject":{"spec":{"hostIPC":false}}}
            {"auditID":"2","stage":"ResponseComplete","user":{},"verb":"create","requestObject":{"spec":{}}}
            {"auditID":"3","stage":"ResponseComplete","user":{},"verb":"create"}
            {"auditID":"4","stage":"ResponseComplete","user":{},"verb":"get","requestObject":{"spec":{}}}
            {"auditID":"5","stage":"ResponseComplete","user":{},"verb":"get","responseObject":{"x":"\u0041"}}
            {"auditID":"6","stage":"ResponseComplete","user":{},"verb":"get","responseObject":{"\u0041":"x"}}
            """);

        Assert.Equal([0b110UL, 0b100UL, 0b100UL, 0UL, 0UL, 0b011UL], Enumerable.Range(0, batch.Count).Select(i =>
        {
            ulong[] left = [0b111UL];
            Assert.Equal(left[0] != 0, index.Narrow(batch[i], left) || left[0] == 0 || Fail());
            return left[0];
        }));

        static bool Fail() => throw new InvalidOperationException("rules are left, and nothing is said of it");
    }

    /// <summary>However a body is written, a rule fires where it matches the event.</summary>
    [Fact]
    public void Detect_AnyBodies_FindsWhatLookingAtEachRuleFinds()
    {
        var rules = new[]
        {
            "podSpec.hostPID: true", "podSpec.hostPID: null", "podSpec.priority: 123456", "podSpec.priority|gt: 5", "podSpec.nodeName|cidr: 10.0.0.0/8", "podSpec.hostname|fieldref: objectRef.name",
            "containers.image|contains: [xmrig, minerd]", "containers.image|re: '(?i)xmrig|kinsing'", "containers|any: {name: sidecar, securityContext.privileged: true}", "containers.env.value: 'secret/path'",
            "object.metadata.labels.example.org/team|exists: true", "object.metadata.name|cased: Kelvin", "object.metadata.name: kelvin", "requestObject.path: /spec/hostPID", "responseObject.data.key: 'val?es'",
        };
        var set = new DetectionSet([.. rules.Select((test, i) => Rule.Load($"s: {{{test}}}\ncondition: s") with { Name = $"rule{i}" })]);
        var compiled = set.Rules.Select(rule => new CompiledRule(rule, [])).ToList();
        var part = Gen.Elements(
            "\"spec\":{\"hostPID\":true,\"priority\":123456,\"hostname\":\"web\"}", "\"spec\":{\"host\\u0050ID\":true,\"nodeName\":\"10.1.2.3\"}", "\"spec\" : { \"hostPID\" : true }", "\"spec\":{\"hostPID\":null}",
            "\"spec\":{\"containers\":[{\"name\":\"sidecar\",\"image\":\"XMRIG\",\"securityContext\":{\"privileged\":true}}]}", "\"spec\":{\"containers\":[{\"image\":\"x\\u006drig\"}]}",
            "\"spec\":{\"containers\":[{\"image\":\"kin\\/sing\",\"env\":[{\"value\":\"secret\\/path\"}]}]}", "\"metadata\":{\"name\":\"Kelvin\",\"labels\":{\"example.org/team\":\"a\"}}",
            "\"metadata\":{\"name\":\"\u212Aelvin\",\"labels\":{\"example.org\\/team\":null}}", "\"data\":{\"key\":\"values\"}", "\"kind\":\"Status\"", "\"note\":\"hostPID xmrig\"");
        var body = Gen.OneOf(
            part.ListOf().Select(parts => $"{{{string.Join(',', parts)}}}"),
            part.Select(inner => $"[{{\"op\":\"add\",\"path\":\"/spec/hostPID\",\"value\":{{{inner}}}}}]"),
            Gen.Elements("null", "\"hostPID\"", "[]", "{}"));
        var line = from request in body
                   from response in body
                   from which in Gen.Choose(0, 3)
                   from resource in Gen.Elements("pods", "secrets")
                   select $"\"objectRef\":{{\"resource\":\"{resource}\",\"name\":\"web\"}}{(which % 2 == 0 ? "" : $",\"requestObject\":{request}")}{(which / 2 == 0 ? "" : $",\"responseObject\":{response}")}";

        Prop.ForAll(line.ListOf().ToArbitrary(), lines =>
        {
            using var batch = Rule.Events(string.Concat(lines.Select((members, i) => $"{SmallEvent.With(members, $"{i}")}\n")));
            var found = new List<Finding>();
            new DetectionEngine(set).Detect(batch, found);

            Assert.Equal(lines.Count, batch.Count);
            Assert.Equal(
                Enumerable.Range(0, batch.Count).SelectMany(i => compiled.Where(rule => rule.Matches(batch[i])).Select(rule => $"{i} {rule.Rule.Name}")),
                found.Select(finding => $"{finding.Request.AuditId} {finding.Detection.Name}"));
        }).QuickCheckThrowOnFailure();
    }

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
            $$$$"""{"auditID":"{{{{i}}}}","stage":"ResponseComplete","verb":"create","user":{"username":"u{{{{string.Join('-', Enumerable.Range(0, i + 1))}}}}"},"objectRef":{"resource":"pods"},"requestObject":{"spec":{"containers":[{"image":"image-{{{{i / 2}}}}"}]}}}""");
        using var batch = Rule.Events(string.Join('\n', events));
        var found = new List<Finding>();

        new DetectionEngine(new DetectionSet(rules)).Detect(batch, found);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"rule{i / 2}"), found.Select(finding => finding.Detection.Name));
    }
}
