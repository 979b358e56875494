using System.Text.Json;

namespace AuditWatch.Host.Client;

/// <summary>A source of events, for one cluster, as a service lists it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">webhook, kafka, file, or any.</param>
/// <param name="Source">What it is called.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="State">How it is, in a word.</param>
/// <param name="FirstEventsAt">When its first events arrived; null if that is not known.</param>
/// <param name="LastEventsAt">When its last events arrived; null for never.</param>
/// <param name="LagSeconds">How late they were; null if none have come since the start.</param>
/// <param name="Rejected">How many pieces of its input were no events.</param>
internal sealed record ListedSource(
    string Id, string Kind, string Source, string Cluster, string State, DateTimeOffset? FirstEventsAt, DateTimeOffset? LastEventsAt, double? LagSeconds, long Rejected)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>As the service wrote it.</summary>
    public JsonElement Json { get; private init; }

    /// <summary>The sources of an answer; null if it has none.</summary>
    public static IReadOnlyList<ListedSource>? Read(JsonElement answer)
    {
        try
        {
            return answer.ValueKind == JsonValueKind.Array ? [.. answer.EnumerateArray().Select(json => json.Deserialize<ListedSource>(Web)! with { Json = json })] : null;
        }
        catch (Exception problem) when (problem is JsonException or NullReferenceException)
        {
            return null;
        }
    }
}
