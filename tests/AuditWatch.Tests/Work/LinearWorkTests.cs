using System.Text;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.Policy;
using AuditWatch.Policy.Linting;
using AuditWatch.Sources;
using AuditWatch.Tests.Events.Envelopes;
using AuditWatch.Tests.Sources;

namespace AuditWatch.Tests.Work;

/// <summary>What an attacker can make as long as he likes costs as much time as it is long: eight times the input takes about eight times the work, and not sixty-four.</summary>
[Collection(Undisturbed.Name)]
public class LinearWorkTests
{
    private const int Times = 8;

    // Half of what quadratic work would come to.
    private const int MostTimes = Times * Times / 2;

    private const string Event = """{"auditID":"x","stage":"ResponseComplete","verb":"get","user":{"username":"jane"}}""";

    private static readonly DetectionSet Shipped = DetectionLoader.Load([RepositoryFiles.Detections], []);

    /// <summary>Texts made of n parts, how many parts to begin with, and in pieces of how many bytes they arrive.</summary>
    public static TheoryData<string, int, int> Texts => new()
    {
        { "events on one line", 700, 1_000_000 },
        { "events on one line", 700, 700 },
        { "events on lines", 4_000, 700 },
        { "items of an EventList", 1_000, 1_000_000 },
        { "items of an EventList", 4_000, 64 },
        { "items that are no events", 20_000, 4_096 },
        { "a long event", 500_000, 100 },
        { "a long item", 500_000, 100 },
        { "an event with many keys", 20_000, 65_536 },
        { "an event with many arrays", 100_000, 65_536 },
        { "documents that nest too deep", 40_000, 65_536 },
        { "documents cut short on lines", 4_000, 4_096 },
        { "objects that do not close, on lines", 20_000, 65_536 },
        { "brackets on lines", 40_000, 65_536 },
        { "rubbish on lines", 40_000, 4_096 },
        { "records of Azure", 2_000, 65_536 },
        { "records that are no events", 10_000, 65_536 },
        { "messages of CloudWatch", 2_000, 65_536 },
        { "a log of escapes", 200_000, 65_536 },
        { "envelopes of a log shipper", 2_000, 65_536 },
    };

    /// <summary>Members of one event, made of n parts, of which there are so many to begin with.</summary>
    public static TheoryData<string, int> Members => new()
    {
        { "containers", 1_000 },
        { "containers of ephemeral kind", 2_000 },
        { "patch operations", 2_000 },
        { "patch operations that move", 125 },
        { "labels", 4_000 },
        { "annotations", 4_000 },
        { "groups", 4_000 },
        { "addresses", 4_000 },
        { "commands", 4_000 },
        { "rules of a role", 2_000 },
        { "subjects of a binding", 2_000 },
        { "a long user agent", 100_000 },
        { "a long environment", 2_000 },
        { "a long body of lists in lists", 5_000 },
        { "keys of a ConfigMap", 4_000 },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Read_LongerText_TakesAsMuchLonger(string kind, int parts, int piece)
    {
        parts = LongForm.Of(parts);
        var (some, many) = (Pieces(Encoding.UTF8.GetBytes(TextOf(kind, parts)), piece), Pieces(Encoding.UTF8.GetBytes(TextOf(kind, Times * parts)), piece));

        AssertLinear(() => Read(some), () => Read(many));
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void Detect_LongerEvent_TakesAsMuchLonger(string kind, int parts)
    {
        parts = LongForm.Of(parts);
        var (some, many) = (Encoding.UTF8.GetBytes(EventOf(kind, parts)), Encoding.UTF8.GetBytes(EventOf(kind, Times * parts)));

        AssertLinear(() => Detect(some), () => Detect(many));
    }

    [Theory]
    [InlineData("the same rules")]
    [InlineData("rules for all")]
    [InlineData("rules for users")]
    [InlineData("rules for groups of users")]
    [InlineData("rules for users and groups")]
    [InlineData("rules for groups and subresources")]
    [InlineData("rules for paths")]
    [InlineData("rules for one name")]
    public void Lint_LongerPolicy_TakesAsMuchLonger(string kind)
    {
        const int Parts = 40;
        var (some, many) = (PolicyOf(kind, Parts), PolicyOf(kind, Times * Parts));

        AssertLinear(() => Lint(some), () => Lint(many));
    }

    private static void AssertLinear(Action some, Action many)
    {
        // What takes no time to speak of may take any number of times as long.
        var less = ProcessorTime.Of(some);
        var most = MostTimes * Math.Max(less, 0.0005);
        var more = ProcessorTime.Once(many);
        more = more < most ? more : Math.Min(more, ProcessorTime.Of(many));

        Assert.True(more < most, $"{less * 1_000:0.00} ms became {more * 1_000:0.00} ms for {Times} times as much");
    }

    private static string TextOf(string kind, int parts) => kind switch
    {
        "events on one line" => Repeat(Event, parts),
        "events on lines" => Repeat(Event + "\n", parts),
        "items of an EventList" => $$"""{"kind":"EventList","items":[{{string.Join(',', Enumerable.Repeat(Event, parts))}}]}""",
        "items that are no events" => $$"""{"kind":"EventList","items":[{{string.Join(',', Enumerable.Repeat("{}", parts))}}]}""",
        "a long event" => $$"""{"auditID":"x","verb":"","user":{},"requestObject":"{{new string('x', parts)}}"}""",
        "a long item" => $$"""{"kind":"EventList","items":[{"auditID":"x","verb":"","user":{},"requestObject":"{{new string('x', parts)}}"}]}""",
        "an event with many keys" => $$"""{"auditID":"x","verb":""{{Repeat(",\"user\":{}", parts)}}}""",
        "an event with many arrays" => $$"""{"auditID":"x","verb":"","user":{},"requestObject":[{{Repeat("[],", parts)}}0]}""",
        "documents that nest too deep" => new string('[', parts) + "\n" + Repeat("{\"a\":", parts),
        "documents cut short on lines" => Repeat("{\"auditID\":\"x\",\"user\":{\"username\"\n", parts),
        "objects that do not close, on lines" => Repeat("{\"a\":\n", parts),
        "brackets on lines" => Repeat("[\n", parts),
        "rubbish on lines" => Repeat("x\n", parts),
        "records of Azure" => Envelope.Azure([.. Enumerable.Repeat(Event, parts)]),
        "records that are no events" => $$"""{"records":[{{string.Join(',', Enumerable.Repeat("{}", parts))}}]}""",
        "messages of CloudWatch" => Envelope.CloudWatch([.. Enumerable.Repeat(Event, parts)]),
        "a log of escapes" => $$"""{"log":"{{Repeat("\\\"", parts)}}"}""",
        "envelopes of a log shipper" => Repeat($$"""{"log":{{Envelope.Text(Event)}}}""" + "\n", parts),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static string EventOf(string kind, int parts)
    {
        var (objectRef, verb, rest) = kind switch
        {
            "containers" => ("pods", "create", Spec($"\"containers\":[{Join("{\"name\":\"a\",\"image\":\"b\",\"securityContext\":{\"capabilities\":{\"add\":[\"X\"]}},\"args\":[\"x\"]}", parts)}]")),
            "containers of ephemeral kind" => ("pods", "patch", Spec($"\"ephemeralContainers\":[{Join("{\"name\":\"a\",\"image\":\"b\"}", parts)}]")),
            "patch operations" => ("pods", "patch", $"\"requestObject\":[{Join("{\"op\":\"add\",\"path\":\"/spec/hostPID\",\"value\":{\"a\":1}}", parts)}]"),
            "patch operations that move" => ("pods", "patch", $"\"requestObject\":[{Join($"{{\"op\":\"add\",\"path\":\"/spec/a\",\"value\":[{Join("1", 1_800)}]}}", parts)},{Join("{\"op\":\"copy\",\"from\":\"/spec/a/1799\",\"path\":\"/b\"}", parts)}]"),
            "labels" => ("pods", "create", $"\"requestObject\":{{\"metadata\":{{\"labels\":{{{Join("\"a\":\"b\"", parts)}}}}}}}"),
            "annotations" => ("pods", "create", $"\"annotations\":{{{Join("\"authorization.k8s.io/reason\":\"b\"", parts)}}}"),
            "groups" => ("pods", "create", $"\"impersonatedUser\":{{\"username\":\"a\",\"groups\":[{Join("\"system:nobody\"", parts)}]}}"),
            "addresses" => ("pods", "create", $"\"sourceIPs\":[{Join("\"192.0.2.1\"", parts)}]"),
            "commands" => ("pods\",\"subresource\":\"exec", "create", $"\"requestURI\":\"/api/v1/namespaces/a/pods/b/exec?{Repeat("command=%2Fbin%2Fsh&", parts)}\""),
            "rules of a role" => ("clusterroles\",\"apiGroup\":\"rbac.authorization.k8s.io", "create", $"\"requestObject\":{{\"rules\":[{Join("{\"verbs\":[\"get\"],\"resources\":[\"pods\"],\"apiGroups\":[\"\"]}", parts)}]}}"),
            "subjects of a binding" => ("clusterrolebindings\",\"apiGroup\":\"rbac.authorization.k8s.io", "create", $"\"requestObject\":{{\"roleRef\":{{\"name\":\"x\"}},\"subjects\":[{Join("{\"kind\":\"User\",\"name\":\"x\"}", parts)}]}}"),
            "a long user agent" => ("pods", "get", $"\"userAgent\":\"{new string('a', parts)}\""),
            "a long environment" => ("pods", "create", Spec($"\"containers\":[{{\"env\":[{Join("{\"name\":\"a\",\"value\":\"eyJhbGciOiJSUzI1NiJ9.a\"}", parts)}]}}]")),
            "a long body of lists in lists" => ("pods", "create", $"\"requestObject\":{{\"spec\":{new string('[', 9_000)}{Join("[]", parts)}{new string(']', 9_000)}}}"),
            "keys of a ConfigMap" => ("configmaps", "create", $"\"requestObject\":{{\"data\":{{{Join("\"a\":\"password=b\"", parts)}}}}}"),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
        return $$$"""{"auditID":"x","stage":"ResponseComplete","verb":"{{{verb}}}","user":{"username":"jane"},"objectRef":{"resource":"{{{objectRef}}}","namespace":"a","name":"b"},"responseStatus":{"code":201},{{{rest}}}}""";
    }

    private static string PolicyOf(string kind, int parts) => "kind: Policy\napiVersion: audit.k8s.io/v1\nrules:\n" + string.Join('\n', Enumerable.Range(0, parts).Select(i => kind switch
    {
        "the same rules" => "- {level: None, verbs: [get, list]}\n- {level: Metadata, resources: [{group: '', resources: [secrets]}]}\n- level: Request",
        "rules for all" => i < parts / 2 ? $"- {{level: None, users: [u{i}]}}" : "- level: None",
        "rules for users" => $"- {{level: None, users: [u{i}]}}",
        "rules for groups of users" => $"- {{level: None, userGroups: [g{i}]}}",
        "rules for users and groups" => $"- {{level: None, users: [u{i}]}}\n- {{level: None, userGroups: [g{i}]}}",
        "rules for groups and subresources" => $"- {{level: None, resources: [{{group: g{i}, resources: ['*/r{i}']}}]}}",
        "rules for paths" => $"- {{level: None, nonResourceURLs: ['/p{i}/*']}}",
        "rules for one name" => $"- {{level: None, users: [u{i}], namespaces: [n{i}], verbs: [update], resources: [{{group: '', resources: [pods], resourceNames: [o{i}]}}]}}",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    }));

    private static string Spec(string members) => $$"""
        "requestObject":{"kind":"Pod","spec":{{{members}}} }
        """;

    private static string Join(string part, int times) => string.Join(',', Enumerable.Repeat(part, times));

    private static string Repeat(string part, int times) => string.Concat(Enumerable.Repeat(part, times));

    private static List<byte[]> Pieces(byte[] text, int length) => [.. text.Chunk(length)];

    private static void Read(List<byte[]> pieces)
    {
        using var reader = new EventBatchReader(new PiecewiseStream(pieces), new EventOrigin("log"), TimeProvider.System);
        while (reader.ReadAsync(default).AsTask().GetAwaiter().GetResult() is { } batch)
        {
            batch.Dispose();
        }

        reader.Finish()?.Dispose();
    }

    private static void Detect(byte[] text)
    {
        using var batch = new EventBatch(new EventOrigin("log"), DateTimeOffset.UnixEpoch, text.Length);
        batch.Append(text);
        new AuditEventReader("log").Read(batch, isFinal: true);
        Assert.Equal(1, batch.Count);
        new DetectionEngine(Shipped).Detect(batch, new List<Finding>());
    }

    private static void Lint(string text)
    {
        var said = new Diagnostics();
        PolicyLint.Check(PolicyParser.Parse("policy.yaml", text, said)!, said);
        Assert.False(said.HasErrors);
    }
}
