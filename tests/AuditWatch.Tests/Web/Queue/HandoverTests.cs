using System.Collections.Immutable;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Processing;
using AuditWatch.Tests.Notifications;
using AuditWatch.Web.Queue;

namespace AuditWatch.Tests.Web.Queue;

public class HandoverTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 14, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_NothingAtAll_SaysThatNothingIsToBeDone()
    {
        var handover = Of(8, [], []);

        Assert.Equal("0 open, 0 taken; in the last 8 h 0 came and 0 were closed; 0 come back within 8 h.", handover.Line);
        Assert.Contains("Nobody has to take anything on.", handover.Text, StringComparison.Ordinal);
        Assert.Contains("Nothing comes back within 8 hours.", handover.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_AShift_SaysWhatIsOpenWhoHasWhatWhatCameAndWhatComesBack()
    {
        var handover = Of(
            8,
            [
                Alert(1, AlertStatus.Open, -20, -20) with { Level = Level.Critical, Summary = "jane ran sh" },
                Alert(2, AlertStatus.Acknowledged, -2, -1) with { AcknowledgedBy = "jane", Summary = "lapses" },
                Alert(3, AlertStatus.Acknowledged, -30, -1) with { AcknowledgedBy = "jane", Detection = SampleAlert.Exec().Detection with { DedupWindow = TimeSpan.FromDays(2) } },
                Alert(4, AlertStatus.Acknowledged, -1, -1) with { AcknowledgedBy = "max" },
                Alert(5, AlertStatus.Closed, -9, -3) with { ClosedBy = "jane", CloseReason = "false-positive: a drill" },
                Alert(6, AlertStatus.Closed, -2, -1) with { ClosedBy = null, CloseReason = "nothing more happened" },
                Alert(7, AlertStatus.Closed, -30, -9) with { ClosedBy = "jane", CloseReason = "benign" },
            ],
            [Silence("aaaa", 3), Silence("bbbb", 9), Silence("cccc", -1)]);

        Assert.Equal("1 open, 3 taken (jane 2, max 1); in the last 8 h 3 came and 2 were closed; 2 come back within 8 h.", handover.Line);
        var lines = handover.Text.Split('\n');
        Assert.Contains("Nobody has 1 critical:", lines);
        Assert.Contains(lines, line => line.StartsWith($"- critical {Fingerprint.Hash(["1"])}, for 20 h: jane ran sh", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("jane has 2 high, the oldest for 30 h:", StringComparison.Ordinal));
        Assert.Contains("Closed: 2 alerts (1 by themselves, 1 false-positive).", lines);
        Assert.Contains(lines, line => line.StartsWith("- silence aaaa ends at 2026-11-30 17:00 UTC and hides 4 alerts now: ", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("bbbb", StringComparison.Ordinal) || line.Contains("cccc", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("closes by itself unless something happens: lapses", StringComparison.Ordinal));
    }

    [Fact]
    public void Text_HostileNamesAndSummaries_StaysInItsLinesAndIsHarmless()
    {
        var alerts = SampleAlert.HostileTexts.Select((text, number) => Alert(number, AlertStatus.Acknowledged, -1, -1) with { Summary = text, AcknowledgedBy = text, Actor = text }).ToArray();

        var text = Of(8, alerts, []).Text;

        Assert.DoesNotContain(text, character => char.IsControl(character) && character != '\n');
        Assert.Equal(text.Split('\n').Count(line => line.Contains(" has 1 ", StringComparison.Ordinal)), SampleAlert.HostileTexts.Distinct().Count());
    }

    [Fact]
    public void Of_MoreClosedThanIsRemembered_SaysAtLeast()
    {
        var handover = Of(8, [.. Enumerable.Range(0, 1_000).Select(number => Alert(number, AlertStatus.Closed, -2, -1))], []);

        Assert.True(handover.IsAtLeast);
        Assert.Contains("at least 1,000 were closed", handover.Line, StringComparison.Ordinal);
    }

    private static Handover Of(int hours, Alert[] alerts, Silence[] silences) => Handover.Of(
        new AlertSnapshot(alerts.ToImmutableSortedDictionary(alert => alert.Id, alert => alert, StringComparer.Ordinal), alerts.Count(alert => alert.Status != AlertStatus.Closed), silences),
        hours, Now, alert => alert.ChangedAt + alert.Detection.DedupWindow);

    private static Alert Alert(int number, AlertStatus status, int opened, int changed) => SampleAlert.Exec() with
    {
        Id = Fingerprint.Hash([$"{number}"]),
        Status = status,
        Level = Level.High,
        OpenedAt = Now.AddHours(opened),
        ChangedAt = Now.AddHours(changed),
        Detection = SampleAlert.Exec().Detection with { DedupWindow = number == 4 ? TimeSpan.FromDays(1) : TimeSpan.FromHours(1) },
    };

    private static Silence Silence(string id, int until) => new()
    {
        Id = id,
        Matchers = Matchers.Parse("detection=\"exec_into_pod\""),
        CreatedBy = "jane",
        Comment = "a drill",
        StartsAt = Now.AddHours(-2),
        EndsAt = Now.AddHours(until),
    };
}
