using System.Text.Json;

namespace AuditWatch.Tests.Events.Envelopes;

/// <summary>Puts events into the envelopes in which clouds and log shippers deliver them.</summary>
internal static class Envelope
{
    /// <summary>Every way to put one event into an envelope, by name.</summary>
    public static readonly IReadOnlyDictionary<string, Func<string, string>> All = new Dictionary<string, Func<string, string>>
    {
        ["CloudWatch"] = line => CloudWatch(line),
        ["Azure"] = line => Azure(line),
        ["Azure's records one by one"] = Record,
        ["Fluent Bit"] = line => $$"""{"date":1700000000.123456,"log":{{Text(line)}}}""",
        ["Fluent Bit with a time key"] = line => $$"""{"@timestamp":"2026-11-21T00:24:50.799Z","log":{{Text(line + "\n")}},"stream":"stdout"}""",
        ["Vector"] = line => $$"""{"file":"/var/log/kubernetes/audit.log","host":"node-1","message":{{Text(line)}},"source_type":"file","timestamp":"2026-11-21T00:24:50.799935Z"}""",
        ["Vector, parsed"] = line => $$"""{"host":"node-1","message":{{line}}}""",
        ["Splunk"] = line => $$"""{"time":1700000000,"event":{{line}}}""",
        ["a parsed audit event"] = line => $$"""{"kubernetes_audit":{{line}},"tag":"audit"}""",
        ["CloudWatch by Vector"] = line => $$"""{"message":{{Text(CloudWatch(line))}}}""",
        ["Azure by Fluent Bit by Vector"] = line => $$"""{"message":{{Text($$"""{"log":{{Text(Azure(line))}}}""")}}}""",
    };

    public static string CloudWatch(params string[] messages) =>
        $$"""
        {"messageType":"DATA_MESSAGE","owner":"123456789012","logGroup":"/aws/eks/prod/cluster","logStream":"kube-apiserver-audit-1f2e","subscriptionFilters":["all"],"logEvents":[{{string.Join(',', messages.Select((message, i) => $$"""{"id":"3697{{i}}","timestamp":1700000000000,"message":{{Text(message)}}}"""))}}]}
        """;

    public static string Azure(params string[] lines) => $$"""{"records":[{{string.Join(',', lines.Select(Record))}}]}""";

    public static string Record(string line) =>
        $$"""
        {"time":"2026-11-21T00:24:50.8000000Z","resourceId":"/SUBSCRIPTIONS/1/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/PROD","operationName":"Microsoft.ContainerService/managedClusters/diagnosticLogs/Read","category":"kube-audit","properties":{"log":{{Text(line + "\n")}},"stream":"stdout","pod":"kube-apiserver-6d5"} }
        """;

    /// <summary>A text as a JSON string.</summary>
    public static string Text(string text) => JsonSerializer.Serialize(text);
}
