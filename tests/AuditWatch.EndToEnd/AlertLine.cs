using System.Text.Json;

namespace AuditWatch.EndToEnd;

/// <summary>What the tests look at of an alert in <c>scan --format json</c>.</summary>
internal sealed record AlertLine(string Id, string Fingerprint, string Detection, string Actor, string Level, int Count, string Why, string Requests)
{
    /// <summary>The alerts on standard output, in the order of their detections.</summary>
    public static AlertLine[] Parse(CliResult result) =>
        [.. result.OutLines.Select(Parse).OrderBy(alert => (alert.Detection, alert.Id))];

    private static AlertLine Parse(string line)
    {
        using var json = JsonDocument.Parse(line);
        var alert = json.RootElement;
        var detection = alert.GetProperty("detection");
        return new AlertLine(
            alert.GetProperty("id").GetString()!,
            alert.GetProperty("fingerprint").GetString()!,
            detection.GetProperty("name").GetString()!,
            alert.GetProperty("actor").GetString()!,
            detection.GetProperty("level").GetString()!,
            alert.GetProperty("count").GetInt32(),
            alert.GetProperty("why").GetRawText(),
            alert.GetProperty("requests").GetRawText());
    }
}
