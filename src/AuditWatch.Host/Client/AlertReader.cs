using System.Globalization;
using System.Text.Json;
using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Host.Client;

/// <summary>Reads alerts as the API writes them: <see cref="AlertJson.WriteWithStatus"/>.</summary>
internal static class AlertReader
{
    /// <summary>The alert.</summary>
    /// <returns>The alert; null if the JSON is none.</returns>
    public static Alert? Read(JsonElement json) => OrNull(() => Alert(json));

    /// <summary>What happened to the alert.</summary>
    /// <returns>That; null if the JSON has none.</returns>
    public static IReadOnlyList<AlertEvent>? ReadHistory(JsonElement json) =>
        OrNull(() => json.GetProperty("history").EnumerateArray().Select(happened => Event(Text(json, "id"), happened)).ToList());

    /// <summary>Who was told of the alert.</summary>
    /// <returns>That; null if the JSON does not say.</returns>
    public static AlertTelling? ReadTelling(JsonElement json) => OrNull(() => new AlertTelling(
        [.. json.GetProperty("told").EnumerateArray().Select(happened => Event(Text(json, "id"), happened))],
        json.GetProperty("notTold") is { ValueKind: JsonValueKind.Object } why ? Event(Text(json, "id"), why) : null));

    /// <summary>The id of the alert that was changed.</summary>
    /// <returns>The id; null if the JSON has none.</returns>
    public static string? ReadId(JsonElement json) => OrNull(() => json.GetProperty("id").GetString());

    private static T? OrNull<T>(Func<T?> read) where T : class
    {
        try
        {
            return read();
        }
        catch (Exception problem) when (problem is InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static AlertEvent Event(string alert, JsonElement json) => new(alert, json.GetProperty("at").GetDateTimeOffset(), Text(json, "event"), Text(json, "who"))
    {
        Note = Optional(json, "note"),
        Level = json.GetProperty("level").ValueKind == JsonValueKind.Null ? null : Word<Level>(json, "level"),
        Count = json.GetProperty("count") is { ValueKind: JsonValueKind.Number } count ? count.GetInt32() : null,
        NotificationId = Optional(json, "notification"),
    };

    private static Alert Alert(JsonElement json) => new()
    {
        Id = Text(json, "id"),
        Fingerprint = Text(json, "fingerprint"),
        Detection = Detection(json.GetProperty("detection")),
        Level = Word<Level>(json, "level"),
        Status = Word<AlertStatus>(json, "status"),
        AcknowledgedBy = Optional(json, "acknowledgedBy"),
        ClosedBy = Optional(json, "closedBy"),
        CloseReason = Optional(json, "closeReason"),
        OpenedAt = json.GetProperty("openedAt").GetDateTimeOffset(),
        ChangedAt = json.GetProperty("changedAt").GetDateTimeOffset(),
        Summary = Text(json, "summary"),
        Actor = Text(json, "actor"),
        ActorKind = Text(json, "actorKind"),
        Cluster = Text(json, "cluster"),
        Count = json.GetProperty("count").GetInt32(),
        FirstSeen = json.GetProperty("firstSeen").GetDateTimeOffset(),
        LastSeen = json.GetProperty("lastSeen").GetDateTimeOffset(),
        Dedup = [.. json.GetProperty("dedup").EnumerateObject().Select(pair => KeyValuePair.Create(pair.Name, pair.Value.GetString() ?? ""))],
        Why = Texts(json, "why"),
        Updates = [.. json.GetProperty("updates").EnumerateArray().Select(update => new AlertUpdate(Text(update, "field"), Text(update, "value"), update.GetProperty("count").GetInt32(), 0))],
        Requests = [.. json.GetProperty("requests").EnumerateArray().Select(Request)],
    };

    private static AlertDetection Detection(JsonElement json) => new()
    {
        Name = Text(json, "name"),
        Id = Optional(json, "id"),
        Title = Text(json, "title"),
        Level = Word<Level>(json, "level"),
        Tags = Texts(json, "tags"),
        Runbook = Optional(json, "runbook"),
    };

    private static RequestSnapshot Request(JsonElement json) => new()
    {
        AuditId = Optional(json, "auditID"),
        Stage = Optional(json, "stage"),
        Time = json.GetProperty("time").GetDateTimeOffset(),
        Verb = Optional(json, "verb"),
        RequestUri = Optional(json, "requestURI"),
        User = Optional(json, "user"),
        ImpersonatedUser = Optional(json, "impersonatedUser"),
        Related = json.TryGetProperty("identity", out var identity) ? [RelatedEntities.IdentityPrefix + identity.GetString()] : [],
        ClientIP = Optional(json, "clientIP"),
        UserAgent = Optional(json, "userAgent"),
        ObjectRef = json.GetProperty("objectRef") is { ValueKind: JsonValueKind.Object } reference ? Reference(reference) : null,
        Code = json.GetProperty("code") is { ValueKind: JsonValueKind.Number } code ? code.GetInt32() : null,
        Outcome = Text(json, "outcome"),
        Reason = Optional(json, "reason"),
        Command = Optional(json, "command"),
        Changes = json.TryGetProperty("changes", out _) ? Texts(json, "changes") : [],
    };

    private static ObjectReference Reference(JsonElement json) =>
        new(Optional(json, "apiGroup"), Optional(json, "resource"), Optional(json, "subresource"), Optional(json, "namespace"), Optional(json, "name"));

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? "";

    private static string? Optional(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static string[] Texts(JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(text => text.GetString() ?? "")];

    private static T Word<T>(JsonElement json, string name) where T : struct, Enum =>
        Enum.TryParse<T>(Text(json, name), ignoreCase: true, out var value) && Enum.IsDefined(value) ? value
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{name} is no {typeof(T).Name}"));
}
