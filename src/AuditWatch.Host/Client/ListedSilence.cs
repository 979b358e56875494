using System.Text.Json;

namespace AuditWatch.Host.Client;

/// <summary>A silence as a service lists it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">pending, active or expired.</param>
/// <param name="Matchers">Which alerts.</param>
/// <param name="CreatedBy">Whose it is.</param>
/// <param name="Comment">Why.</param>
/// <param name="StartsAt">From when on.</param>
/// <param name="EndsAt">Until when.</param>
/// <param name="Configured">Where it stands in the configuration; null if it was added at run time.</param>
internal sealed record ListedSilence(
    string Id, string State, IReadOnlyList<string> Matchers, string CreatedBy, string Comment, DateTimeOffset StartsAt, DateTimeOffset EndsAt, string? Configured)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>As the service wrote it.</summary>
    public JsonElement Json { get; private init; }

    /// <summary>The silences of an answer; null if it has none.</summary>
    public static IReadOnlyList<ListedSilence>? Read(JsonElement answer)
    {
        try
        {
            return answer.ValueKind == JsonValueKind.Array ? [.. answer.EnumerateArray().Select(json => json.Deserialize<ListedSilence>(Web)! with { Json = json })] : null;
        }
        catch (Exception problem) when (problem is JsonException or NullReferenceException)
        {
            return null;
        }
    }
}
