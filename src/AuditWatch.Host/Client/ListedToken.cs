using System.Text.Json;

namespace AuditWatch.Host.Client;

/// <summary>A token as a service lists it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Whose it is.</param>
/// <param name="Role">What its bearer may do.</param>
/// <param name="State">active or expired.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="ExpiresAt">Until when it is good.</param>
internal sealed record ListedToken(string Id, string Name, string Role, string State, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>The clusters that it is good in; null for all.</summary>
    public IReadOnlyList<string>? Clusters { get; init; }

    /// <summary>What its bearer may do where.</summary>
    public string Right => Clusters is null ? Role : $"{Role} in {string.Join(" and ", Clusters)}";

    /// <summary>As the service wrote it.</summary>
    public JsonElement Json { get; private init; }

    /// <summary>The tokens of an answer; null if it has none.</summary>
    public static IReadOnlyList<ListedToken>? Read(JsonElement answer)
    {
        var tokens = answer.ValueKind == JsonValueKind.Array ? answer.EnumerateArray().Select(ReadOne).ToList() : [null];
        return tokens.Contains(null) ? null : [.. tokens.OfType<ListedToken>()];
    }

    /// <summary>One token; null if it is none.</summary>
    public static ListedToken? ReadOne(JsonElement json)
    {
        try
        {
            return json.ValueKind == JsonValueKind.Object ? json.Deserialize<ListedToken>(Web)! with { Json = json } : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
