using System.Text.Json;

namespace AuditWatch.EndToEnd.Kube;

/// <summary>What a service and a scan of the same events have to agree on. The id depends on the order in which events arrive, and the fingerprint on the name of the cluster.</summary>
internal sealed record RaisedAlert(string Detection, string Dedup, string Level, int Count)
{
    /// <summary>The alerts on standard output, a line of JSON each.</summary>
    public static IReadOnlyList<RaisedAlert> Parse(CliResult result)
    {
        Assert.True(result.ExitCode == 0, result.Error);
        return [.. result.OutLines.Select(Parse).OrderBy(alert => alert.ToString(), StringComparer.Ordinal)];
    }

    private static RaisedAlert Parse(string line)
    {
        using var json = JsonDocument.Parse(line);
        var alert = json.RootElement;
        var detection = alert.GetProperty("detection");
        return new RaisedAlert(
            detection.GetProperty("name").GetString()!, alert.GetProperty("dedup").GetRawText(), detection.GetProperty("level").GetString()!, alert.GetProperty("count").GetInt32());
    }
}
