using System.Text.Json;
using AuditWatch.EndToEnd.Commands;

namespace AuditWatch.EndToEnd.Run.Kafka;

/// <summary>Brokers of Kafka, a configuration that reads them, and what was told of what they held.</summary>
public abstract class KafkaScene : IDisposable
{
    private protected const string Topic = "audit";

    private protected MockKafka Kafka { get; } = new();

    private protected TemporaryFolder Folder { get; } = new();

    public void Dispose()
    {
        Folder.Dispose();
        Kafka.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected string Configure(string more = "", string start = "earliest", MockKafka? of = null, string? detections = null) => Folder.Write("auditwatch.yaml", $$"""
        {{detections ?? Rules.ExecAlone}}
        state: {directory: state}
        sources:
          kafka:
            brokers: [{{(of ?? Kafka).Bootstrap}}]
            topics: [{{Topic}}]
            start: {{start}}
            {{more}}
        receivers: [{name: archive, fileConfigs: [{path: told.jsonl}]}]
        route: {receiver: archive, groupWait: 1s, groupBy: ['...']}
        """);

    private protected void SendExecs(string who, int count)
    {
        foreach (var (actor, i) in Actors(who, count).Select((actor, i) => (actor, i)))
        {
            Kafka.Send(Topic, i % 4, ExecEvent.By(actor, actor));
        }

        Kafka.Flush();
    }

    private protected static IEnumerable<string> Actors(string who, int count) => Enumerable.Range(0, count).Select(i => $"{who} {i:0000}");

    private protected List<string> Told(string of = "exec_into_pod") => !File.Exists(Folder["told.jsonl"]) ? [] :
    [
        .. File.ReadAllText(Folder["told.jsonl"]).Split('\n')[..^1].Select(line => JsonDocument.Parse(line).RootElement.GetProperty("alert"))
            .Where(alert => alert.GetProperty("detection").GetProperty("name").GetString() == of).Select(alert => alert.GetProperty("actor").GetString()!),
    ];

    private protected static async Task<JsonElement> ReadyAsync(Service service) => JsonDocument.Parse(await service.Http.GetStringAsync("/readyz")).RootElement;

    private protected static async Task<List<(int Partition, long? Offset, long? Lag)>> PartitionsAsync(Service service) =>
    [
        .. (await ReadyAsync(service)).GetProperty("kafka").EnumerateArray().Select(one => (one.GetProperty("partition").GetInt32(), Number(one, "offset"), Number(one, "lag"))),
    ];

    private static long? Number(JsonElement one, string name) => one.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : null;
}
