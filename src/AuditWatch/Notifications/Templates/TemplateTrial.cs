using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Notifications.Templates;

/// <summary>Notifications that a template is tried with when the configuration is read, so that it does not fail on the first night.</summary>
internal static class TemplateTrial
{
    private static readonly DateTimeOffset Time = DateTimeOffset.UnixEpoch;

    /// <summary>One of each sort: of an alert, and of many at once.</summary>
    public static IReadOnlyList<Notification> Notifications { get; } = [Of(NotificationKind.Opened, []), Of(NotificationKind.Digest, [new DigestLine("trial", Level.High, 2)])];

    private static Notification Of(NotificationKind kind, IReadOnlyList<DigestLine> digest) => new()
    {
        Id = "trial",
        Kind = kind,
        GroupKey = "trial",
        Receiver = "trial",
        DueAt = Time,
        ExternalUrl = new Uri("https://auditwatch.example.com/"),
        Digest = digest,
        Alerts =
        [
            new Alert
            {
                Id = "trial",
                Fingerprint = "trial",
                Detection = new AlertDetection { Name = "trial", Title = "A \"trial\"", Level = Level.High, Tags = ["attack.t1609"], Runbook = "None" },
                Level = Level.High,
                Summary = "A text with \"quotes\", a \\ and\na second line",
                Actor = "jane",
                Cluster = "production",
                Count = 1,
                FirstSeen = Time,
                LastSeen = Time,
                Dedup = [new("actor", "jane")],
                Why = ["verb: create"],
                Requests = [new RequestSnapshot { Verb = "create", Time = Time }],
            },
        ],
    };
}
