using System.Text.Json;

namespace AuditWatch.Host.Client;

/// <summary>A dead letter as a service lists it.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Receiver">Who did not get it.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">Since when it has been given up.</param>
/// <param name="Alerts">The ids of its alerts.</param>
/// <param name="MoreAlerts">How many further alerts it is about.</param>
/// <param name="Summary">What happened, of its most severe alert.</param>
internal sealed record ListedDeadLetter(string Key, string Receiver, string Reason, DateTimeOffset At, IReadOnlyList<string> Alerts, int MoreAlerts, string Summary)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>As the service wrote it.</summary>
    public JsonElement Json { get; private init; }

    /// <summary>The dead letters of an answer; null if it has none.</summary>
    public static IReadOnlyList<ListedDeadLetter>? Read(JsonElement answer)
    {
        try
        {
            return answer.ValueKind == JsonValueKind.Array ? [.. answer.EnumerateArray().Select(json => json.Deserialize<ListedDeadLetter>(Web)! with { Json = json })] : null;
        }
        catch (Exception problem) when (problem is JsonException or NullReferenceException)
        {
            return null;
        }
    }
}
