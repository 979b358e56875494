using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Notifications.Rendering;

/// <summary>
/// What a notification says, whatever the medium: of its most severe alert everything, of each further one a line. Every text is one line of
/// bounded length without control characters, and still an attacker's: escape it for the medium. Immutable.
/// </summary>
public sealed record Message
{
    private const int DigestLimit = 30;

    private Message(Notification notification, TimeZoneInfo zone)
    {
        var alerts = notification.Alerts;
        var isDigest = notification.Kind == NotificationKind.Digest;
        var lines = notification.Digest.Take(DigestLimit).Select(Line).ToList();
        Level = alerts.Max(alert => alert.Level);
        IsOver = notification.Kind == NotificationKind.Closed;
        Label = IsOver ? $"CLOSED ({Level.Word()})" : Level.Word().ToUpperInvariant();
        News = MessageNews.Of(notification, zone);
        IsHandling = notification.IsHandling;
        Incident = MessageIncident.Of(notification);
        Main = isDigest ? null : new MessageAlert(alerts[0], notification.LinkTo(alerts[0]), zone);
        Others = [.. alerts.Skip(isDigest ? 0 : 1).Select(alert => new MessageLine(alert, notification.LinkTo(alert)))];
        More = notification.MoreAlerts;
        Total = Math.Max(alerts.Count + More, notification.Digest.Sum(line => line.Alerts));
        Digest = notification.Digest.Count <= DigestLimit ? lines : [.. lines, Rest(notification.Digest.Skip(DigestLimit))];
        List = notification.ExternalUrl;
        Headline = isDigest ? string.Create(CultureInfo.InvariantCulture, $"{Total} alerts {(alerts.All(alert => alert.Status != AlertStatus.Open) ? "acknowledged or closed" : "in a short time")}") : Total == 1 ? Main!.Title
            : string.Create(CultureInfo.InvariantCulture, $"{Total} alerts: {Titles(alerts)}");
        Subject = Main is null ? Headline
            : Total == 1 ? $"{Main.Detection}: {Main.Summary}"
            : string.Create(CultureInfo.InvariantCulture, $"{Total} alerts: {Main.Detection}: {Main.Summary}");
    }

    /// <summary>How much it matters: the highest level of its alerts.</summary>
    public Level Level { get; }

    /// <summary>Whether all of it is over.</summary>
    public bool IsOver { get; }

    /// <summary>The word that it begins with: <c>CRITICAL</c>, or <c>CLOSED (critical)</c>.</summary>
    public string Label { get; }

    /// <summary>What it is about: what the detection finds, or how many alerts of what. At most 250 characters.</summary>
    public string Headline { get; }

    /// <summary>What it is about in a line of its own, such as the subject of a mail: at most 650 characters.</summary>
    public string Subject { get; }

    /// <summary>What is new, if anybody has been told before; else empty. At most 250 characters.</summary>
    public string News { get; }

    /// <summary>Whether <see cref="News"/> is all that is new, and is that somebody has acknowledged or closed what people know of: a line is enough for that.</summary>
    public bool IsHandling { get; }

    /// <summary>Which incident it is a part of; null if that has no other alert, or there is none.</summary>
    public MessageIncident? Incident { get; }

    /// <summary>The most severe alert; null in a digest, which has only lines.</summary>
    public MessageAlert? Main { get; }

    /// <summary>The further alerts, the most severe first.</summary>
    public IReadOnlyList<MessageLine> Others { get; }

    /// <summary>How many alerts there are beyond those.</summary>
    public int More { get; }

    /// <summary>How many alerts it is about.</summary>
    public int Total { get; }

    /// <summary>How many alerts of which detection a digest is about, the most severe first: at most 31 lines of at most 150 characters, the last for the rest.</summary>
    public IReadOnlyList<string> Digest { get; }

    /// <summary>Where all alerts are listed; null if nobody knows where people find the service.</summary>
    public Uri? List { get; }

    /// <summary>What there is to say.</summary>
    /// <param name="notification">The notification.</param>
    /// <param name="zone">The zone of its times. Default: that of the notification.</param>
    public static Message From(Notification notification, TimeZoneInfo? zone = null) => new(notification, zone ?? notification.Zone);

    private static string Titles(IReadOnlyList<Alert> alerts)
    {
        const int shown = 3;
        var titles = alerts.Select(alert => alert.Detection.Title is { Length: > 0 } title ? title : alert.Detection.Name).Distinct().ToList();
        var several = string.Join(", ", titles.Take(shown).Select(title => DisplayText.Of(title, 70)));
        return titles.Count > shown ? $"{several} and more" : several;
    }

    private static string Line(DigestLine line) =>
        string.Create(CultureInfo.InvariantCulture, $"{line.Alerts} × {line.Level.Word()} {DisplayText.Of(line.Detection, 100)}");

    private static string Rest(IEnumerable<DigestLine> rest) =>
        string.Create(CultureInfo.InvariantCulture, $"{rest.Sum(line => line.Alerts)} × of {rest.Count()} further detections");
}
