using System.Globalization;
using System.Text.Json.Nodes;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Notifications.Alertmanager;

/// <summary>An alert as Alertmanager's API v2 takes it (<c>postableAlert</c>). Its labels are what Alertmanager tells alerts apart by.</summary>
internal static class AlertmanagerAlert
{
    private const int LabelLimit = 250;

    /// <summary>The alert as it stands.</summary>
    /// <param name="notification">What it is a part of.</param>
    /// <param name="alert">The alert.</param>
    /// <param name="level">The level to say: its own, or an earlier one, to take that back.</param>
    /// <param name="end">When it ends.</param>
    public static JsonObject Of(Notification notification, Alert alert, Level level, DateTimeOffset end)
    {
        var link = notification.LinkTo(alert);
        var start = alert.OpenedAt < end ? alert.OpenedAt : end;
        var json = new JsonObject
        {
            ["labels"] = Labels(alert, level),
            ["annotations"] = Annotations(alert, link, MessageIncident.LineOf(notification, alert)),
            ["startsAt"] = Utc(start),
            ["endsAt"] = Utc(end),
        };
        if (link is not null)
        {
            json["generatorURL"] = link.AbsoluteUri;
        }

        return json;
    }

    private static JsonObject Labels(Alert alert, Level level) => Texts(new (string Name, string Value)[]
    {
        ("alertname", alert.Detection.Name),
        ("severity", level.Word()),
        ("cluster", alert.Cluster),
        ("namespace", AlertLabels.ValuesOf(alert, "namespace")[0]),
        ("actor", alert.Actor),
        ("actor_kind", alert.ActorKind),
        ("alert_id", alert.Id),
    }.Select(label => (label.Name, DisplayText.Of(label.Value, LabelLimit))));

    private static JsonObject Annotations(Alert alert, Uri? link, string incident)
    {
        var message = new MessageAlert(alert, link);
        return Texts(
        [
            ("summary", message.Summary),
            ("title", message.Title),
            ("description", string.Join('\n', message.Facts.Select(fact => $"{fact.Name}: {fact.Value}"))),
            ("why", string.Join('\n', message.WhyMore == 0 ? message.Why : [.. message.Why, $"and {message.WhyMore} more"])),
            ("incident", incident),
            ("next_steps", string.Join('\n', message.NextSteps)),
            ("runbook_url", message.RunbookLinks.FirstOrDefault()?.AbsoluteUri ?? ""),
            ("runbook", string.Join('\n', message.RunbookSteps)),
            ("attack", string.Join(' ', message.Techniques.Select(technique => technique.Address.AbsoluteUri))),
            ("state", MessageNews.StateOf(alert)),
        ]);
    }

    // Alertmanager holds an empty value and none for the same thing.
    private static JsonObject Texts(IEnumerable<(string Name, string Value)> texts) =>
        new(texts.Where(text => text.Value.Length > 0).Select(text => KeyValuePair.Create(text.Name, (JsonNode?)text.Value)));

    private static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
