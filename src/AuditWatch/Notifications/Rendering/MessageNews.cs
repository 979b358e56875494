using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Notifications.Routing;

namespace AuditWatch.Notifications.Rendering;

/// <summary>What has become of alerts that people have been told of.</summary>
internal static class MessageNews
{
    /// <summary>What is new, in a line; empty if everything is.</summary>
    /// <param name="notification">The notification.</param>
    /// <param name="zone">The zone of times.</param>
    public static string Of(Notification notification, TimeZoneInfo zone)
    {
        var alert = notification.Alerts[0];
        var total = notification.Alerts.Count + notification.MoreAlerts;
        return notification.Kind switch
        {
            NotificationKind.Opened or NotificationKind.Updated when notification.Escalation is { } escalation => $"Escalated: {Of(escalation)}",
            NotificationKind.Opened when total == 1 => Sentence(StateOf(alert)),
            NotificationKind.Updated when total == 1 => Updated(alert, notification.Told),
            NotificationKind.Updated => string.Create(CultureInfo.InvariantCulture, $"Updated: {total} alerts by now{Dealt(notification.Alerts)}"),
            NotificationKind.Reminder when total == 1 => "Reminder: nobody has dealt with it",
            NotificationKind.Reminder => $"Reminder: nobody has dealt with {(notification.Alerts.All(one => one.Status == AlertStatus.Open) ? "them" : "all of them")}",
            NotificationKind.Acknowledged => Handled(notification, total, zone),
            NotificationKind.Closed => Closed(notification.Alerts, zone),
            NotificationKind.Merged => "This goes on as part of another incident",
            NotificationKind.Digest => "One message for all of them, because there were too many for one each",
            _ => "",
        };
    }

    /// <summary>Who deals with the alert, or that it is over; empty while it is open.</summary>
    public static string StateOf(Alert alert) => alert.Status switch
    {
        AlertStatus.Acknowledged => $"acknowledged by {Who(alert.AcknowledgedBy)}",
        AlertStatus.Closed when alert.ClosedBy is null => "closed: nothing more happened",
        AlertStatus.Closed => $"closed by {Who(alert.ClosedBy)}",
        _ => "",
    };

    /// <summary>Why an alert is escalated, in a few words.</summary>
    public static string Of(Escalation escalation) => $"nobody acknowledged it within {DurationText.Of(escalation.After)} of {DisplayText.Of(escalation.From, 80)} being told";

    // Who did what when: of several alerts, each in its own few words.
    private static string Handled(Notification notification, int total, TimeZoneInfo zone)
    {
        const int shown = 2;
        var deeds = notification.Alerts.Where(alert => notification.Handled.Count > 0 ? notification.Handled.Contains(alert.Id) : alert.Status == AlertStatus.Acknowledged)
            .GroupBy(alert => $"{StateOf(alert)} at {MessageFacts.In(zone, alert.ChangedAt)}{Why(alert)}", (deed, alerts) => (Deed: deed, Count: alerts.Count())).ToList();
        return total == 1 && deeds.Count == 1 ? Sentence(deeds[0].Deed)
            : string.Join("; ", deeds.Take(shown).Select(deed => string.Create(CultureInfo.InvariantCulture, $"{deed.Count} of {total} {deed.Deed}"))) + (deeds.Count > shown ? " and more" : "");
    }

    // What the one who closed it had to say.
    private static string Why(Alert alert) => alert.CloseReason is { Length: > 0 } reason && reason != AlertBook.Dealt ? $": {DisplayText.Of(reason, 60)}" : "";

    private static string Sentence(string text) => text.Length == 0 ? "" : char.ToUpperInvariant(text[0]) + text[1..];

    private static string Updated(Alert alert, IReadOnlyDictionary<string, int> told)
    {
        var again = alert.Count == 1 ? "Updated" : $"Updated: {More(alert.Count - 1)}";
        var news = told.TryGetValue(alert.Id, out var count) ? New(alert, count) : "";
        return string.Join("; ", new[] { again, news, StateOf(alert) }.Where(text => text.Length > 0));
    }

    // What none of the findings had that people have been told of; the latest first, for there may be more than a line holds.
    private static string New(Alert alert, int told)
    {
        const int shown = 5;
        var updates = alert.Updates.Where(update => update.Since > told && update.Value.Length > 0).Reverse().ToList();
        var texts = updates.Take(shown).Select(update => DisplayText.Of($"{update.Field} {update.Value}", 200 / Math.Min(shown, updates.Count)));
        return updates.Count == 0 ? "" : $"new: {string.Join(", ", texts)}{(updates.Count > shown ? $" and {updates.Count - shown} more" : "")}";
    }

    // Since the first time: how often it had happened when people were told last is not known here.
    private static string More(int times) => times == 1 ? "it happened once more" : string.Create(CultureInfo.InvariantCulture, $"it happened {times} more times");

    private static string Dealt(IReadOnlyList<Alert> alerts)
    {
        var (acknowledged, closed) = (alerts.Count(alert => alert.Status == AlertStatus.Acknowledged), alerts.Count(alert => alert.Status == AlertStatus.Closed));
        return string.Create(CultureInfo.InvariantCulture, $"{(acknowledged > 0 ? $", {acknowledged} acknowledged" : "")}{(closed > 0 ? $", {closed} closed" : "")}");
    }

    private static string Closed(IReadOnlyList<Alert> alerts, TimeZoneInfo zone)
    {
        var people = alerts.Select(alert => alert.ClosedBy).OfType<string>().Distinct().ToList();
        return people switch
        {
            [] => "Closed: nothing more happened",
            [var person] => $"Closed by {Who(person)} at {MessageFacts.In(zone, alerts.Max(alert => alert.ChangedAt))}{(alerts.Count == 1 ? Why(alerts[0]) : "")}",
            [var person, ..] => $"Closed by {Who(person)} and others",
        };
    }

    private static string Who(string? name) => string.IsNullOrWhiteSpace(name) ? "somebody" : DisplayText.Of(name, 80);
}
