using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Incidents;

namespace AuditWatch.Notifications.Rendering;

/// <summary>What a message says of the incident that it is a part of. Its texts are an attacker's: escape them for the medium. Immutable.</summary>
/// <param name="Line">Such as <c>3rd alert of: Command run in a pod: jane</c>. At most 250 characters.</param>
/// <param name="Id">The incident's id.</param>
/// <param name="Link">Where to read more; null if nobody knows where people find the service.</param>
public sealed record MessageIncident(string Line, string Id, Uri? Link)
{
    /// <summary>What there is to say of the incident that the most severe alert is a part of; null if there is nothing, and of a digest, which is about many.</summary>
    internal static MessageIncident? Of(Notification notification)
    {
        var place = notification.Incidents.GetValueOrDefault(notification.Alerts[0].Id);
        return notification.Kind == NotificationKind.Digest || place is not { Alerts: > 1 } ? null
            : new MessageIncident(Text(notification, place), DisplayText.Of(place.Id, 100), notification.LinkTo(place));
    }

    /// <summary>Which of its incident's alerts one is: <c>3rd alert of: Command run in a pod: jane</c>; empty if it is the only one, or of none.</summary>
    internal static string LineOf(Notification notification, Alert alert) => notification.Incidents.GetValueOrDefault(alert.Id) is { Alerts: > 1 } place ? One(place) : "";

    private static string Text(Notification notification, IncidentPlace place)
    {
        var total = notification.Alerts.Count + notification.MoreAlerts;
        return total == 1 || !notification.Alerts.All(alert => notification.Incidents.GetValueOrDefault(alert.Id)?.Id == place.Id) ? One(place)
            : total < place.Alerts ? string.Create(CultureInfo.InvariantCulture, $"{total} of {place.Alerts} alerts of: {Title(place)}")
            : $"All alerts of: {Title(place)}";
    }

    private static string One(IncidentPlace place) => place.Number == 0
        ? string.Create(CultureInfo.InvariantCulture, $"One of {place.Alerts} alerts of: {Title(place)}")
        : string.Create(CultureInfo.InvariantCulture, $"{place.Number}{Ordinal(place.Number)} alert of: {Title(place)}");

    private static string Title(IncidentPlace place) => DisplayText.Of(place.Title, 200);

    private static string Ordinal(int number) => (number % 100, number % 10) switch
    {
        (11 or 12 or 13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
}
