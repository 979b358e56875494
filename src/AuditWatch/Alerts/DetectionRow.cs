using System.Globalization;
using AuditWatch.Detection;
using AuditWatch.State;

namespace AuditWatch.Alerts;

/// <summary>What alerts keep of a detection, as a row of <see cref="StateTables.Detections"/>: all alerts that it raised while it stayed the same share one.</summary>
internal static class DetectionRow
{
    /// <summary>Distinguishes what an alert keeps from what it would keep had anything of it been changed.</summary>
    public static string VersionOf(AlertDetection detection) => Fingerprint.Hash(
    [
        detection.Name, detection.Id ?? "", detection.Title, detection.Level.Word(), .. detection.Tags, detection.Runbook ?? "", detection.DedupWindow.Ticks.ToString(CultureInfo.InvariantCulture),
        .. detection.IsComposite ? ["composite"] : Array.Empty<string>(),
    ]);

    /// <summary>The values of the row.</summary>
    public static object?[] Write(AlertDetection detection, string version) =>
    [
        version, detection.Name, detection.Id, detection.Title, detection.Level.Word(), NestedJson.Write(detection.Tags), detection.Runbook, (long)detection.DedupWindow.TotalSeconds, detection.IsComposite ? 1 : 0,
    ];

    /// <summary>What a row says.</summary>
    public static AlertDetection Read(StateRow row) => new()
    {
        Name = row.Text("name"),
        Id = row.OptionalText("id"),
        Title = row.Text("title"),
        Level = Enum.Parse<Level>(row.Text("level"), ignoreCase: true),
        Tags = NestedJson.ReadTexts(row.Text("tags")),
        Runbook = row.OptionalText("runbook"),
        DedupWindow = TimeSpan.FromSeconds(row.Number("dedup_seconds")),
        IsComposite = row.Number("composite") == 1,
    };

    /// <summary>What is left to say of an alert's detection if its row is gone.</summary>
    public static AlertDetection Missing(StateRow alert) => new() { Name = alert.Text("detection"), Title = alert.Text("title"), Level = (Level)alert.Number("severity") };
}
