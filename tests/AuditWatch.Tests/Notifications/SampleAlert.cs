using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Notifications;

namespace AuditWatch.Tests.Notifications;

internal static class SampleAlert
{
    /// <summary>Texts that somebody who can reach an API server may put into an event.</summary>
    public static readonly IReadOnlyList<string> HostileTexts =
    [
        "\e[2J\e]0;owned\a\u009b31m",
        "<!channel> <!here|x> <@U012AB3CD> <#C012AB3CD> <https://evil.example|log in> & @channel @here @everyone",
        "*bold* _italic_ ~gone~ `code` ```fence``` > quote :tada:",
        "\r\nBcc: victim@example.com\r\n\r\nbody",
        "=?utf-8?B?DQpCY2M6IHZpY3RpbUBleGFtcGxlLmNvbQ==?=",
        "</code></td><script>alert(1)</script><img src=x onerror=alert(1)>\" onmouseover=\"x",
        "'; touch /tmp/owned; echo ' $(touch /tmp/owned) `touch /tmp/owned` \\",
        "--kubeconfig=/tmp/owned",
        "harmless\u202egpj.exe\u2066\u200b\ufeff\u2028end\U000E0041",
        "broken \ud800 surrogate \udc00, NUL \0, DEL \u007f",
        "..\n.\r\n..",
        "",
        " ",
    ];

    public static Alert Exec() => new()
    {
        Id = "5f1c3a9e2b7d4c60",
        Fingerprint = "9a4e1f0c77d2b358",
        Detection = AlertDetection.Of(Rule("exec_into_pod", "Command run in a pod")),
        Level = Level.High,
        Summary = "jane@example.com ran a command in payments/shell",
        Actor = "jane@example.com",
        ActorKind = "human",
        Cluster = "prod",
        Count = 2,
        FirstSeen = new DateTimeOffset(2026, 11, 21, 0, 24, 50, TimeSpan.Zero),
        LastSeen = new DateTimeOffset(2026, 11, 21, 0, 24, 51, TimeSpan.Zero),
        OpenedAt = new DateTimeOffset(2026, 11, 21, 0, 24, 52, TimeSpan.Zero),
        ChangedAt = new DateTimeOffset(2026, 11, 21, 0, 24, 53, TimeSpan.Zero),
        Dedup = [new("actor", "jane@example.com"), new("objectRef.name", "shell")],
        Why = ["objectRef.resource: pods", "objectRef.subresource: exec"],
        Requests = [ExecRequest("get", 403, "denied"), ExecRequest("create", 101, "allowed")],
    };

    /// <summary>An alert in which every text that comes from events is <paramref name="text"/>.</summary>
    public static Alert Saying(string text) => Exec() with
    {
        Summary = text,
        Actor = text,
        Cluster = text,
        Dedup = [new("actor", text)],
        Why = [text, text],
        Requests =
        [
            new RequestSnapshot
            {
                AuditId = text, Stage = text, Verb = text, RequestUri = text, User = text, ImpersonatedUser = text, ClientIP = text, UserAgent = text,
                Code = 200, Outcome = "allowed", Reason = text, Command = text, ObjectRef = new ObjectReference(text, text, text, text, text), Changes = [text, $"set {text}: {text}"],
            },
        ],
    };

    /// <summary>A notification of one alert.</summary>
    public static Notification Notify(Alert alert, string id = "n-1") => new()
    {
        Id = id,
        Kind = NotificationKind.Opened,
        GroupKey = alert.Fingerprint,
        Receiver = "on-call",
        DueAt = alert.LastSeen,
        Alerts = [alert],
    };

    /// <summary>A notification of as many alerts as one holds, and a hundred more.</summary>
    public static Notification Group(Alert alert) => Notify(alert, Guid.NewGuid().ToString("n")) with
    {
        Alerts = [alert, .. Enumerable.Range(1, Notification.MaxAlerts - 1).Select(i => alert with { Id = $"{i:x16}" })],
        MoreAlerts = 100,
    };

    /// <summary>The lines of a digest of so many detections.</summary>
    public static IReadOnlyList<DigestLine> Digest(int detections) =>
        [.. Enumerable.Range(1, detections).Select(i => new DigestLine($"detection_{i}", Level.Critical, 3))];

    public static DetectionRule Rule(string name, string title) => new()
    {
        Name = name,
        Title = title,
        Level = Level.High,
        Tags = ["attack.execution", "attack.t1609"],
        Runbook = "https://runbooks.example.com/exec?team=soc&env=prod",
        Summary = "{actor} ran a command in {objectRef.namespace}/{objectRef.name}",
        Location = new SourceLocation("exec_into_pod.yml", 1, 1),
    };

    private static RequestSnapshot ExecRequest(string verb, int code, string outcome) => new()
    {
        AuditId = "0d6ca5ad-1c11-4a51-9b2c-d3c1a6f0a1b2",
        Stage = "ResponseStarted",
        Time = new DateTimeOffset(2026, 11, 21, 0, 24, 50, TimeSpan.Zero),
        Verb = verb,
        RequestUri = "/api/v1/namespaces/payments/pods/shell/exec?command=id",
        User = "jane@example.com",
        ClientIP = "203.0.113.7",
        UserAgent = "kubectl/v1.32.0 (linux/amd64)",
        ObjectRef = new ObjectReference(null, "pods", "exec", "payments", "shell"),
        Code = code,
        Outcome = outcome,
        Reason = outcome == "allowed" ? "RBAC: allowed by RoleBinding \"dev/payments\" of Role \"dev\" to User \"jane@example.com\"" : null,
        Command = "sh -c 'cat /etc/passwd'",
    };
}
