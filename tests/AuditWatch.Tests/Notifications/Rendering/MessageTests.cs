using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Tests.Notifications.Rendering;

public sealed class MessageTests
{
    public static TheoryData<NotificationKind, AlertStatus, int, string> OneAlert => new()
    {
        { NotificationKind.Opened, AlertStatus.Open, 37, "" },
        { NotificationKind.Updated, AlertStatus.Open, 37, "Updated: it happened 36 more times" },
        { NotificationKind.Updated, AlertStatus.Open, 2, "Updated: it happened once more" },
        { NotificationKind.Updated, AlertStatus.Open, 1, "Updated" },
        { NotificationKind.Updated, AlertStatus.Acknowledged, 37, "Updated: it happened 36 more times; acknowledged by jane" },
        { NotificationKind.Reminder, AlertStatus.Open, 37, "Reminder: nobody has dealt with it" },
        { NotificationKind.Closed, AlertStatus.Closed, 37, "Closed by jane at 2026-11-21 00:24:53 UTC" },
        { NotificationKind.Merged, AlertStatus.Open, 37, "This goes on as part of another incident" },
        { NotificationKind.Digest, AlertStatus.Open, 37, "One message for all of them, because there were too many for one each" },
    };

    [Theory]
    [MemberData(nameof(OneAlert))]
    public void From_OneAlert_SaysWhatIsNew(NotificationKind kind, AlertStatus status, int count, string expected)
    {
        var alert = SampleAlert.Exec() with
        {
            Status = status,
            Count = count,
            AcknowledgedBy = status == AlertStatus.Acknowledged ? "jane" : null,
            ClosedBy = status == AlertStatus.Closed ? "jane" : null,
        };

        Assert.Equal(expected, Message.From(SampleAlert.Notify(alert) with { Kind = kind }).News);
    }

    [Theory]
    [InlineData(null, "2026-11-21 00:24:53 UTC")]
    [InlineData("UTC", "2026-11-21 00:24:53 UTC")]
    [InlineData("Asia/Kolkata", "2026-11-21 05:54:53 +05:30")]
    [InlineData("Nowhere/Unheard", "2026-11-21 00:24:53 UTC")]
    public void From_TimeZone_GivesTimesInIt(string? zone, string expected)
    {
        var message = Message.From(SampleAlert.Notify(SampleAlert.Exec() with { Status = AlertStatus.Closed, ClosedBy = "jane" }) with { Kind = NotificationKind.Closed, TimeZone = zone });

        Assert.Equal($"Closed by jane at {expected}", message.News);
        Assert.Contains(message.Main!.Facts, fact => fact.Value.EndsWith(expected[20..], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Closed: nothing more happened", null, null)]
    [InlineData("Closed by jane at 2026-11-21 00:24:53 UTC", "jane", null)]
    [InlineData("Closed by jane at 2026-11-21 00:24:53 UTC", "jane", "jane")]
    [InlineData("Closed by jane and others", "jane", "joe")]
    [InlineData("Closed by somebody at 2026-11-21 00:24:53 UTC", " ", null)]
    public void From_Closed_SaysByWhom(string expected, string? first, string? second)
    {
        var notification = SampleAlert.Notify(SampleAlert.Exec()) with
        {
            Kind = NotificationKind.Closed,
            Alerts = [.. new[] { first, second }.Select(by => SampleAlert.Exec() with { Status = AlertStatus.Closed, ClosedBy = by })],
        };

        Assert.Equal(expected, Message.From(notification).News);
    }

    [Theory]
    [InlineData(1, "Acknowledged by jane at 2026-11-21 00:24:53 UTC")]
    [InlineData(3, "2 of 3 acknowledged by jane at 2026-11-21 00:24:53 UTC")]
    public void From_SomebodyDealsWithIt_SaysWhoAndWhenAndIsALine(int alerts, string expected)
    {
        var acknowledged = SampleAlert.Exec() with { Status = AlertStatus.Acknowledged, AcknowledgedBy = "jane" };
        Alert[] all = [acknowledged, acknowledged with { Id = "b" }, SampleAlert.Exec() with { Id = "c" }];
        var notification = SampleAlert.Notify(acknowledged) with
        {
            Kind = NotificationKind.Acknowledged,
            Alerts = all[..alerts],
            Handled = [.. all[..alerts].Where(alert => alert.Status == AlertStatus.Acknowledged).Select(alert => alert.Id)],
        };

        var message = Message.From(notification);

        Assert.Equal((expected, true), (message.News, message.IsHandling));
        Assert.DoesNotContain("Why", TextLayout.Render(message, coloured: false), StringComparison.Ordinal);
        Assert.Contains($"  {expected}\n", TextLayout.Render(message, coloured: false), StringComparison.Ordinal);
    }

    [Fact]
    public void From_Group_CountsWhatHasBeenDealtWith()
    {
        var notification = SampleAlert.Group(SampleAlert.Exec()) with { Kind = NotificationKind.Updated };
        notification = notification with
        {
            Alerts = [notification.Alerts[0], notification.Alerts[1] with { Status = AlertStatus.Acknowledged, AcknowledgedBy = "joe" }, notification.Alerts[2] with { Status = AlertStatus.Closed }],
        };

        var message = Message.From(notification);

        Assert.Equal("Updated: 103 alerts by now, 1 acknowledged, 1 closed", message.News);
        Assert.Equal(["acknowledged by joe", "closed: nothing more happened"], message.Others.Select(other => other.State));
        Assert.Equal("Reminder: nobody has dealt with all of them", Message.From(notification with { Kind = NotificationKind.Reminder }).News);
    }

    [Fact]
    public void From_Group_HasTheMostSevereInFullAndALineForEachOther()
    {
        var other = SampleAlert.Exec() with
        {
            Id = "0000000000000001",
            Level = Level.Low,
            Actor = "joe",
            Summary = "a secret was read",
            Detection = SampleAlert.Exec().Detection with { Name = "secret_read", Title = "Secret read" },
        };
        var message = Message.From(SampleAlert.Notify(SampleAlert.Exec()) with
        {
            Alerts = [SampleAlert.Exec(), other],
            MoreAlerts = 3,
            ExternalUrl = new Uri("https://auditwatch.example.com/"),
        });

        Assert.Equal("5 alerts: Command run in a pod, Secret read", message.Headline);
        Assert.Equal("5 alerts: exec_into_pod: jane@example.com ran a command in payments/shell", message.Subject);
        Assert.Equal("5f1c3a9e2b7d4c60", message.Main!.Id);
        var line = Assert.Single(message.Others);
        Assert.Equal((Level.Low, "secret_read", "joe: a secret was read", "0000000000000001"), (line.Level, line.Detection, line.Summary, line.Id));
        Assert.Equal("https://auditwatch.example.com/alerts/0000000000000001", line.Link!.AbsoluteUri);
        Assert.Equal(3, message.More);
    }

    [Theory]
    [InlineData(1, 1, null)]
    [InlineData(1, 2, "1st alert of: Secret read: jane")]
    [InlineData(2, 2, "2nd alert of: Secret read: jane")]
    [InlineData(3, 4, "3rd alert of: Secret read: jane")]
    [InlineData(11, 40, "11th alert of: Secret read: jane")]
    [InlineData(13, 40, "13th alert of: Secret read: jane")]
    [InlineData(22, 40, "22nd alert of: Secret read: jane")]
    [InlineData(101, 140, "101st alert of: Secret read: jane")]
    [InlineData(112, 140, "112th alert of: Secret read: jane")]
    [InlineData(0, 1400, "One of 1400 alerts of: Secret read: jane")]
    public void From_AlertOfAnIncident_SaysWhichOfItsAlertsItIs(int number, int alerts, string? expected)
    {
        var message = Message.From(SampleAlert.Notify(SampleAlert.Exec()) with
        {
            Incidents = new Dictionary<string, IncidentPlace> { [SampleAlert.Exec().Id] = Place(number, alerts) },
            ExternalUrl = new Uri("https://auditwatch.example.com/"),
        });

        Assert.Equal(expected, message.Incident?.Line);
        Assert.Equal(expected is null ? null : "https://auditwatch.example.com/incidents/953a6c424c7eab7f", message.Incident?.Link?.AbsoluteUri);
    }

    [Theory]
    [InlineData(2, 0, "All alerts of: Secret read: jane")]
    [InlineData(5, 0, "2 of 5 alerts of: Secret read: jane")]
    [InlineData(5, 2, "4 of 5 alerts of: Secret read: jane")]
    public void From_AlertsOfOneIncident_SaysHowManyOfItTheyAre(int alerts, int more, string expected)
    {
        var other = SampleAlert.Exec() with { Id = "0000000000000001" };
        var notification = SampleAlert.Notify(SampleAlert.Exec()) with
        {
            Alerts = [SampleAlert.Exec(), other],
            MoreAlerts = more,
            Incidents = new Dictionary<string, IncidentPlace> { [SampleAlert.Exec().Id] = Place(1, alerts), [other.Id] = Place(2, alerts) },
        };

        Assert.Equal(expected, Message.From(notification).Incident?.Line);
        var mixed = notification with { Incidents = new Dictionary<string, IncidentPlace> { [SampleAlert.Exec().Id] = Place(1, alerts) } };
        Assert.Equal("1st alert of: Secret read: jane", Message.From(mixed).Incident?.Line);
        Assert.Null(Message.From(notification with { Kind = NotificationKind.Digest, Digest = SampleAlert.Digest(1) }).Incident);
    }

    private static IncidentPlace Place(int number, int alerts) => new("953a6c424c7eab7f", "Secret read: jane", Level.High, number, alerts);

    [Fact]
    public void From_Digest_CountsEverythingAndCutsNothingSilently()
    {
        var message = Message.From(SampleAlert.Group(SampleAlert.Exec()) with
        {
            Kind = NotificationKind.Digest,
            Digest = SampleAlert.Digest(200),
            ExternalUrl = new Uri("https://auditwatch.example.com/"),
        });

        Assert.Null(message.Main);
        Assert.Equal("600 alerts in a short time", message.Headline);
        Assert.Equal("3 × critical detection_1", message.Digest[0]);
        Assert.Equal("510 × of 170 further detections", message.Digest[^1]);
        Assert.Equal(31, message.Digest.Count);
        Assert.Equal((20, 100), (message.Others.Count, message.More));
        Assert.Equal("https://auditwatch.example.com/", message.List!.AbsoluteUri);
    }
}
