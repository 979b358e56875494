using System.Globalization;
using AuditWatch.Configuration;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Console;
using AuditWatch.Notifications.Routing;

namespace AuditWatch.Tests.Notifications.Routing;

// Read as people write them: what they mean is what counts.
public class TimeIntervalTests
{
    // 2026-11-23 is a Monday.
    [Theory]
    [InlineData("{}", "2026-11-23T12:00:00Z", true)]
    [InlineData("{times: [{startTime: 09:00, endTime: '17:00'}]}", "2026-11-23T09:00:00Z", true)]
    [InlineData("{times: [{startTime: 09:00, endTime: '17:00'}]}", "2026-11-23T16:59:59.999Z", true)]
    [InlineData("{times: [{startTime: 09:00, endTime: '17:00'}]}", "2026-11-23T17:00:00Z", false)]
    [InlineData("{times: [{startTime: 09:00, endTime: '17:00'}]}", "2026-11-23T08:59:59Z", false)]
    [InlineData("{times: [{startTime: 09:00, endTime: 10:00}, {startTime: 12:00, endTime: 24:00}]}", "2026-11-23T23:59:59Z", true)]
    [InlineData("{times: [{startTime: 09:00, endTime: 10:00}, {startTime: 12:00, endTime: 24:00}]}", "2026-11-23T11:00:00Z", false)]
    [InlineData("{weekdays: ['monday:friday']}", "2026-11-23T00:00:00Z", true)]
    [InlineData("{weekdays: ['monday:friday']}", "2026-11-22T23:59:59Z", false)]
    [InlineData("{weekdays: [Saturday, SUNDAY]}", "2026-11-22T12:00:00Z", true)]
    [InlineData("{weekdays: ['saturday:sunday']}", "2026-11-22T12:00:00Z", true)]
    [InlineData("{weekdays: ['saturday:sunday']}", "2026-11-23T12:00:00Z", false)]
    [InlineData("{daysOfMonth: ['1:7', '-1']}", "2026-11-30T12:00:00Z", true)]
    [InlineData("{daysOfMonth: ['1:7', '-1']}", "2026-11-29T12:00:00Z", false)]
    [InlineData("{daysOfMonth: ['1:7', '-1']}", "2026-11-07T12:00:00Z", true)]
    [InlineData("{daysOfMonth: ['-1']}", "2028-02-29T12:00:00Z", true)]
    [InlineData("{daysOfMonth: ['-3:-1']}", "2026-02-25T12:00:00Z", false)]
    [InlineData("{daysOfMonth: ['-3:-1']}", "2026-02-26T12:00:00Z", true)]
    [InlineData("{daysOfMonth: ['29:-1']}", "2026-02-28T12:00:00Z", false)]
    [InlineData("{daysOfMonth: ['31']}", "2026-11-30T12:00:00Z", false)]
    [InlineData("{daysOfMonth: ['-31:-1']}", "2026-02-01T12:00:00Z", true)]
    [InlineData("{months: [november]}", "2026-11-23T12:00:00Z", true)]
    [InlineData("{months: ['1:3', 'december:january']}", "2026-12-01T12:00:00Z", true)]
    [InlineData("{months: ['1:3', '12:1']}", "2026-04-01T12:00:00Z", false)]
    [InlineData("{years: ['2025:2026']}", "2026-12-31T23:59:59Z", true)]
    [InlineData("{years: [2025]}", "2026-01-01T00:00:00Z", false)]
    [InlineData("{weekdays: [monday], months: [november], years: [2026], daysOfMonth: [23], times: [{startTime: 12:00, endTime: 13:00}]}", "2026-11-23T12:30:00Z", true)]
    [InlineData("{weekdays: [monday], months: [november], years: [2026], daysOfMonth: [24], times: [{startTime: 12:00, endTime: 13:00}]}", "2026-11-23T12:30:00Z", false)]
    [InlineData("{times: [{startTime: 09:00, endTime: '17:00'}]}", "2026-11-23T10:00:00+08:00", false)]
    public void Contains_Time_IsAsInAlertmanager(string interval, string time, bool expected) => AssertContains(interval, time, expected);

    // The night of friday begins on friday; Alertmanager has no such ranges.
    [Theory]
    [InlineData("2026-11-27T21:59:00Z", false)]
    [InlineData("2026-11-27T22:00:00Z", true)]
    [InlineData("2026-11-28T05:59:00Z", true)]
    [InlineData("2026-11-28T06:00:00Z", false)]
    [InlineData("2026-11-28T22:00:00Z", false)]
    [InlineData("2026-11-27T05:00:00Z", false)]
    public void Contains_NightOfADay_GoesPastMidnight(string time, bool expected) =>
        AssertContains("{weekdays: [friday], times: [{startTime: '22:00', endTime: 06:00}]}", time, expected);

    // Zurich skipped 02:00 to 03:00 on 2026-03-29, at 01:00 UTC, and had it twice on 2026-10-25, until 01:00 UTC.
    [Theory]
    [InlineData("02:00", "03:00", "2026-03-29T00:59:59Z", false)]
    [InlineData("02:00", "03:00", "2026-03-29T01:00:00Z", false)]
    [InlineData("01:00", "03:00", "2026-03-29T00:59:59Z", true)]
    [InlineData("03:00", "04:00", "2026-03-29T01:00:00Z", true)]
    [InlineData("02:00", "03:00", "2026-10-25T00:30:00Z", true)]
    [InlineData("02:00", "03:00", "2026-10-25T01:30:00Z", true)]
    [InlineData("02:00", "03:00", "2026-10-25T02:00:00Z", false)]
    [InlineData("22:00", "02:30", "2026-10-25T01:15:00Z", true)]
    [InlineData("22:00", "02:30", "2026-10-25T01:30:00Z", false)]
    [InlineData("09:00", "17:00", "2026-07-01T07:00:00Z", true)]
    [InlineData("09:00", "17:00", "2026-12-01T07:00:00Z", false)]
    public void Contains_DaylightSaving_GoesByTheClockOnTheWall(string start, string end, string time, bool expected) =>
        AssertContains($"{{location: Europe/Zurich, times: [{{startTime: '{start}', endTime: '{end}'}}]}}", time, expected);

    [Fact]
    public void Contains_DayOfTheZone_IsNotThatOfUtc()
    {
        AssertContains("{location: Pacific/Auckland, weekdays: [tuesday], months: [november]}", "2026-11-23T12:00:00Z", true);
        AssertContains("{location: America/Los_Angeles, years: [2026]}", "2027-01-01T07:59:59Z", true);
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z", false)]
    [InlineData("0001-01-02T12:00:00Z", true)]
    [InlineData("9999-12-31T23:59:59Z", true)]
    public void Contains_EndOfAllTimes_IsDecided(string time, bool expected) =>
        AssertContains("{location: America/Los_Angeles, daysOfMonth: ['-31:-1'], times: [{startTime: '12:00', endTime: '11:59'}, {startTime: '11:59', endTime: '12:00'}], years: ['1:9999']}", time, expected);

    [Theory]
    [InlineData("{times: [{startTime: 9, endTime: 10:00}]}", "1:57: 'startTime' must be a time of day such as 09:00")]
    [InlineData("{times: [{startTime: 24:00, endTime: 10:00}]}", "1:57: 'startTime' must be a time of day such as 09:00")]
    [InlineData("{times: [{startTime: 10:00}]}", "1:56: 'endTime' is missing")]
    [InlineData("{times: [{startTime: 10:00, endTime: 10:00}]}", "1:75: 'endTime' is 'startTime': leave out 'times' for the whole day")]
    [InlineData("{weekdays: [mon]}", "1:59: 'mon' is not a weekday such as monday, or a range such as monday:friday")]
    [InlineData("{weekdays: ['monday:tuesday:friday']}", "1:59: 'monday:tuesday:friday' is not a weekday")]
    [InlineData("{daysOfMonth: [0]}", "1:62: '0' is not a day such as 1")]
    [InlineData("{daysOfMonth: [32]}", "1:62: '32' is not a day such as 1")]
    [InlineData("{daysOfMonth: ['7:1']}", "1:62: '7:1' ends before it begins")]
    [InlineData("{daysOfMonth: ['-1:1']}", "1:62: '-1:1' ends before it begins")]
    [InlineData("{daysOfMonth: ['5:-31']}", "1:62: '5:-31' ends before it begins")]
    [InlineData("{months: [13]}", "1:57: '13' is not a month such as january or 1")]
    [InlineData("{months: ['']}", "1:57: '' is not a month")]
    [InlineData("{years: ['2027:2026']}", "1:56: '2027:2026' ends before it begins")]
    [InlineData("{location: Zurich}", "1:48: this machine knows no time zone 'Zurich': write an IANA name such as Europe/Zurich; it may lack the package tzdata")]
    [InlineData("{days_of_month: [1]}", "1:48: unknown key 'days_of_month': write 'daysOfMonth'")]
    [InlineData("{time_zone: UTC}", "1:48: unknown key 'time_zone'")]
    public void Parse_Wrong_SaysWhatAndWhere(string interval, string expected)
    {
        var diagnostics = new Diagnostics();
        Parse(interval, diagnostics);

        Assert.StartsWith(expected, diagnostics.Select(one => $"{one.Location.Line}:{one.Location.Column}: {one.Message}").First(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("timeIntervals: [{name: a, timeIntervals: [{}]}, {name: a, timeIntervals: [{}]}]", "1:50: there are two time intervals 'a'")]
    [InlineData("timeIntervals: [{name: a}]", "1:17: 'timeIntervals' is missing")]
    [InlineData("timeIntervals: [{timeIntervals: [{}]}]", "1:17: 'name' is missing")]
    [InlineData("mute_time_intervals: []", "1:1: unknown key 'mute_time_intervals': write 'timeIntervals', and 'muteTimeIntervals' in routes")]
    [InlineData("time_intervals: []", "1:1: unknown key 'time_intervals': write 'timeIntervals'")]
    public void Parse_ListWrong_SaysWhatAndWhere(string text, string expected)
    {
        var diagnostics = new Diagnostics();

        Assert.Null(ConfigurationFile.Parse("auditwatch.yaml", text, new NotifierKinds(), diagnostics));

        var only = Assert.Single(diagnostics);
        Assert.Equal(expected, $"{only.Location.Line}:{only.Location.Column}: {only.Message}");
    }

    private static void AssertContains(string interval, string time, bool expected)
    {
        var diagnostics = new Diagnostics();
        var read = Parse(interval, diagnostics);

        Assert.Empty(diagnostics);
        Assert.Equal(expected, read.Contains(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture)));
    }

    private static NamedTimeInterval Parse(string interval, Diagnostics diagnostics)
    {
        var kinds = new NotifierKinds().AddConsole(TextWriter.Null, coloured: false);
        var configuration = ConfigurationFile.Parse("auditwatch.yaml", $"timeIntervals: [{{name: x, timeIntervals: [    {interval}]}}]", kinds, diagnostics);
        return configuration?.TimeIntervals.Single() ?? new NamedTimeInterval("", []);
    }
}
