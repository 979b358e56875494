using System.Globalization;
using System.Text;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Notifications.Syslog;

/// <summary>
/// An alert as a syslog message (RFC 5424), framed by the count of its octets (RFC 5425). With all texts as long as they may be it stays under the 8,192 octets that
/// receivers should take. The facility is 13, log audit; the number in the id of the structured data is the one that IANA keeps for examples.
/// </summary>
internal static class SyslogMessage
{
    private const int Facility = 13;
    private const string Elements = "auditwatch@32473";

    /// <summary>The frame of one message.</summary>
    /// <param name="notification">What the alert is a part of.</param>
    /// <param name="alert">The alert.</param>
    /// <param name="host">The name of the machine that says it.</param>
    public static byte[] Frame(Notification notification, Alert alert, string host)
    {
        var time = notification.DueAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        var summary = DisplayText.Of($"{alert.Level.Word().ToUpperInvariant()}: {MessageLine.SummaryOf(alert)}", 500);
        var message = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"<{(Facility * 8) + Severity(alert.Level)}>1 {time} {Name(host)} auditwatch - {notification.Kind.Word()} {Data(notification, alert)} \ufeff{summary}"));
        return [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{message.Length} ")), .. message];
    }

    private static int Severity(Level level) => level switch { Level.Critical => 2, Level.High => 3, Level.Medium => 4, Level.Low => 5, _ => 6 };

    private static string Data(Notification notification, Alert alert)
    {
        var place = notification.Incidents.GetValueOrDefault(alert.Id);
        var request = alert.Requests.Count > 0 ? alert.Requests[0] : null;
        var data = new StringBuilder($"[{Elements}");
        foreach (var (name, value, limit) in new (string, string?, int)[]
        {
            ("alert", alert.Id, 100), ("notification", notification.Id, 100), ("detection", alert.Detection.Name, 100), ("level", alert.Level.Word(), 20),
            ("status", alert.Status.ToString().ToLowerInvariant(), 20), ("count", alert.Count.ToString(CultureInfo.InvariantCulture), 20), ("cluster", alert.Cluster, 100),
            ("namespace", AlertLabels.ValuesOf(alert, "namespace")[0], 80), ("actor", alert.Actor, 150), ("actorKind", alert.ActorKind, 20),
            ("clientIP", request?.ClientIP, 50), ("command", request?.Command, 200),
            ("acknowledgedBy", alert.AcknowledgedBy, 80), ("closedBy", alert.ClosedBy, 80), ("incident", place?.Id, 100), ("url", notification.LinkTo(alert)?.AbsoluteUri, 300),
        })
        {
            if (!string.IsNullOrEmpty(value))
            {
                data.Append(CultureInfo.InvariantCulture, $" {name}=\"{Escaped(DisplayText.Of(value, limit))}\"");
            }
        }

        return data.Append(']').ToString();
    }

    // RFC 5424, 6.3.3.
    private static string Escaped(string value) =>
        value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("]", @"\]", StringComparison.Ordinal);

    private static string Name(string host) => host.Length is > 0 and <= 255 && host.All(c => c is > ' ' and <= '~') ? host : "-";
}
