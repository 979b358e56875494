using AuditWatch.Alerts;
using AuditWatch.Tests.Notifications;
using AuditWatch.Web.Incidents;

namespace AuditWatch.Tests.Web.Incidents;

public class ZoomTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    private static readonly IReadOnlyList<Alert> Hour = [.. Enumerable.Range(0, 61).Select(minute => At(60 * minute))];

    [Fact]
    public void Of_NoTime_ShowsAll()
    {
        var zoom = Zoom.Of(Hour);

        Assert.True(zoom.IsWhole);
        Assert.Equal(61, zoom.Alerts.Count);
        Assert.Equal(Seconds(0, 3_600), zoom.Shown);
        Assert.Equal([Seconds(900, 2_700), null, null, null], [zoom.Closer, zoom.Wider, zoom.Earlier, zoom.Later]);
    }

    [Fact]
    public void Of_ATime_ShowsWhatWasGoingOnInIt()
    {
        var zoom = Zoom.Of(Hour, "2026-11-21T10:30:00Z", "2026-11-21T10:40:00Z");

        Assert.Equal(11, zoom.Alerts.Count);
        Assert.Equal(11, zoom.Lanes.Sum(lane => lane.Marks.Sum(mark => mark.Alerts.Count)));
        Assert.Equal([Seconds(1_950, 2_250), Seconds(1_500, 2_700), Seconds(1_200, 1_800), Seconds(2_400, 3_000)], [zoom.Closer, zoom.Wider, zoom.Earlier, zoom.Later]);
        Assert.Equal([100, 100, 100, 100, 100, 100], zoom.Parts.Select(part => part.Length.TotalSeconds));
        Assert.Equal(zoom.Shown, new Stretch(zoom.Parts[0].From, zoom.Parts[^1].Until));
    }

    [Fact]
    public void Of_AlertThatLastedLonger_IsInEachPartOfIt()
    {
        var zoom = Zoom.Of([At(0) with { LastSeen = Start.AddHours(1) }, At(10)], "2026-11-21T10:30:00Z", "2026-11-21T10:40:00Z");

        var mark = Assert.Single(Assert.Single(zoom.Lanes).Marks);
        Assert.Equal((0, 1), (mark.From, mark.Until));
    }

    [Fact]
    public void Closer_AgainAndAgain_EndsWithASecond()
    {
        var zoom = Zoom.Of(Hour);
        for (var steps = 0; zoom.Closer is { } closer; steps++)
        {
            Assert.True(closer.Length < zoom.Shown.Length && steps < 20);
            zoom = Zoom.Of(Hour, SilenceTime.Write(closer.From), SilenceTime.Write(closer.Until));
        }

        Assert.Equal(TimeSpan.FromSeconds(1), zoom.Shown.Length);
        Assert.Single(zoom.Parts);
    }

    [Fact]
    public void Of_AllInOneMoment_ShowsASecond() => Assert.Equal(Seconds(7, 8), Zoom.Of([At(7), At(7)]).Shown);

    [Fact]
    public void Of_TimeWithNothingInIt_ShowsNothing()
    {
        var zoom = Zoom.Of(Hour, "2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z");

        Assert.Empty(zoom.Alerts);
        Assert.Empty(zoom.Lanes);
        Assert.NotNull(zoom.Later);
    }

    [Theory]
    [InlineData("nonsense", null, "'since' is a time")]
    [InlineData(null, "<script>", "'until' is a time")]
    [InlineData("2026-11-21T10:40:00Z", "2026-11-21T10:30:00Z", "'since' has to be before 'until'")]
    [InlineData("2026-11-21T10:40:00Z", "2026-11-21T10:40:00Z", "'since' has to be before 'until'")]
    public void Of_WhatIsNoTime_ShowsAllAndSaysSo(string? since, string? until, string expected)
    {
        var zoom = Zoom.Of(Hour, since, until);

        Assert.True(zoom.IsWhole);
        Assert.StartsWith(expected, zoom.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("<", zoom.Problem, StringComparison.Ordinal);
    }

    private static Alert At(int second) => SampleAlert.Exec() with { FirstSeen = Start.AddSeconds(second), LastSeen = Start.AddSeconds(second) };

    private static Stretch? Seconds(int from, int until) => new Stretch(Start.AddSeconds(from), Start.AddSeconds(until));
}
