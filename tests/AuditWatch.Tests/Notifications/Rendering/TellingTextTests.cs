using AuditWatch.Alerts;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Tests.Notifications.Rendering;

public sealed class TellingTextTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("opened", "not told yet", "nobody yet")]
    [InlineData("notified soc opened", "told soc", "soc at 2026-11-21 00:00:00 UTC")]
    [InlineData("notified soc opened|notified lead opened|notified soc updated", "told lead, soc", "lead at 2026-11-21 00:01:00 UTC, soc at 2026-11-21 00:02:00 UTC")]
    [InlineData("notified soc digest", "told in a digest", "soc at 2026-11-21 00:00:00 UTC in a digest")]
    [InlineData("digested soc a-digest-counts-it", "told in a digest", "soc at 2026-11-21 00:00:00 UTC in a digest")]
    [InlineData("silenced ann maintenance", "silenced by ann", "nobody: silenced by ann: maintenance")]
    [InlineData("muted soc in-nights", "the hours of soc", "nobody: the hours of soc: in-nights")]
    [InlineData("muted soc in-nights|notified soc opened", "told soc", "soc at 2026-11-21 00:01:00 UTC")]
    [InlineData("inhibited  by-the-alert-x", "inhibited by-the-alert-x", "nobody: inhibited by-the-alert-x")]
    [InlineData("notified soc opened|silenced ann maintenance", "silenced by ann", "soc at 2026-11-21 00:00:00 UTC; not told for now: silenced by ann: maintenance")]
    [InlineData("undelivered soc no-such-channel", "soc could not be told", "nobody: soc could not be told: no-such-channel")]
    public void Of_History_SaysWhoWasToldAndElseWhyNot(string history, string brief, string all)
    {
        var telling = AlertTelling.Of(history.Split('|').Select((one, minute) => one.Split(' ') is var parts
            ? new AlertEvent("id", At.AddMinutes(minute), parts[0], parts.ElementAtOrDefault(1) ?? "") { Note = parts.ElementAtOrDefault(2) } : null!));

        Assert.Equal((brief, all), (TellingText.Short(telling), TellingText.Of(telling, TimeZoneInfo.Utc)));
    }
}
