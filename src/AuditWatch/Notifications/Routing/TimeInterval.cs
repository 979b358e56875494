namespace AuditWatch.Notifications.Routing;

/// <summary>
/// A set of times that recurs by the calendar of a time zone, such as the nights of working days: a time is in it if it meets every kind of condition that is given (time of day, weekday, day of the month,
/// month, year), and of each kind one of the ranges. As in Alertmanager, but that ranges of times, weekdays and months may go past their end (22:00 to 06:00,
/// saturday to sunday). A night belongs to the day on which it begins. The hour that daylight saving repeats is in it twice, the one it skips not at all.
/// Immutable and thread-safe.
/// </summary>
public sealed record TimeInterval
{
    /// <summary>The times of day, in minutes from midnight, 0 to 1440, without the last; none for the whole day. First after last goes past midnight.</summary>
    public IReadOnlyList<CalendarRange> Times { get; init; } = [];

    /// <summary>The days of the week, from 0 for Sunday; none for all.</summary>
    public IReadOnlyList<CalendarRange> Weekdays { get; init; } = [];

    /// <summary>The days of the month, 1 to 31, or from the end of the month, -1 to -31; none for all.</summary>
    public IReadOnlyList<CalendarRange> DaysOfMonth { get; init; } = [];

    /// <summary>The months, 1 to 12; none for all.</summary>
    public IReadOnlyList<CalendarRange> Months { get; init; } = [];

    /// <summary>The years; none for all.</summary>
    public IReadOnlyList<CalendarRange> Years { get; init; } = [];

    /// <summary>The zone whose clocks and calendar are meant. Default: UTC.</summary>
    public TimeZoneInfo Location { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Whether a time is in it.</summary>
    public bool Contains(DateTimeOffset time)
    {
        var local = TimeZoneInfo.ConvertTime(time, Location);
        var today = DateOnly.FromDateTime(local.DateTime);
        if (Times.Count == 0)
        {
            return HasDay(today);
        }

        var minute = (local.Hour * 60) + local.Minute;
        return Times.Any(range => range.First < range.Last
            ? minute >= range.First && minute < range.Last && HasDay(today)
            : (minute >= range.First && HasDay(today)) || (minute < range.Last && today > DateOnly.MinValue && HasDay(today.AddDays(-1))));
    }

    private bool HasDay(DateOnly day) =>
        IsIn(Weekdays, (int)day.DayOfWeek) && IsIn(Months, day.Month) && IsIn(Years, day.Year)
        && (DaysOfMonth.Count == 0 || DaysOfMonth.Any(range => FromStart(range.First, day) <= day.Day && day.Day <= FromStart(range.Last, day)));

    private static bool IsIn(IReadOnlyList<CalendarRange> ranges, int value) => ranges.Count == 0 || ranges.Any(range => range.First <= range.Last
        ? range.First <= value && value <= range.Last
        : range.First <= value || value <= range.Last);

    private static int FromStart(int day, DateOnly month) => day < 0 ? DateTime.DaysInMonth(month.Year, month.Month) + day + 1 : day;
}

/// <summary>A range of what a calendar counts.</summary>
/// <param name="First">The first.</param>
/// <param name="Last">The last.</param>
public readonly record struct CalendarRange(int First, int Last);

/// <summary>Time intervals under the name that routes use.</summary>
/// <param name="Name">The name.</param>
/// <param name="Intervals">The intervals.</param>
public sealed record NamedTimeInterval(string Name, IReadOnlyList<TimeInterval> Intervals)
{
    /// <summary>Whether a time is in one of them.</summary>
    public bool Contains(DateTimeOffset time) => Intervals.Any(interval => interval.Contains(time));
}
