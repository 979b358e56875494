using AuditWatch.Notifications.Routing;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Reads the section <c>timeIntervals</c>.</summary>
internal static class TimeIntervalsSection
{
    private const string Key = "timeIntervals";

    /// <summary>The valid intervals of the section, by whose names routes refer to them; errors are reported.</summary>
    public static IReadOnlyList<NamedTimeInterval> Read(YamlMap root, Diagnostics diagnostics)
    {
        var named = new List<NamedTimeInterval>();
        foreach (var element in root.TryGet(Key, out var value) ? value.Elements : [])
        {
            var map = new YamlMap(element, diagnostics);
            var name = map.RequiredString("name");
            if (name.Length > 0 && named.Any(other => other.Name == name))
            {
                diagnostics.Error(map.LocationOf("name"), $"there are two time intervals '{name}'");
            }

            var intervals = map.TryGet(Key, out var list) ? list.Elements.Select(interval => Interval(new YamlMap(interval, diagnostics), diagnostics)).ToList() : [];
            if (intervals.Count == 0)
            {
                map.Missing(Key);
            }

            named.Add(new NamedTimeInterval(name, intervals));
            map.RejectUnknown();
        }

        return named;
    }

    private static TimeInterval Interval(YamlMap map, Diagnostics diagnostics)
    {
        var interval = new TimeInterval
        {
            Times = Times(map, diagnostics),
            Weekdays = CalendarRanges.Read(map, "weekdays", CalendarRanges.Weekday, "a weekday such as monday, or a range such as monday:friday", canWrap: true, diagnostics),
            DaysOfMonth = CalendarRanges.Read(map, "daysOfMonth", CalendarRanges.DayOfMonth, "a day such as 1, or -1 for the last, or a range such as 1:7 or -7:-1", canWrap: false, diagnostics),
            Months = CalendarRanges.Read(map, "months", CalendarRanges.Month, "a month such as january or 1, or a range such as june:august", canWrap: true, diagnostics),
            Years = CalendarRanges.Read(map, "years", CalendarRanges.Year, "a year such as 2030, or a range such as 2030:2032", canWrap: false, diagnostics),
            Location = ZoneName.Read(map, "location", diagnostics),
        };
        map.RejectUnknown();
        return interval;
    }

    private static List<CalendarRange> Times(YamlMap map, Diagnostics diagnostics)
    {
        var times = new List<CalendarRange>();
        foreach (var element in map.TryGet("times", out var value) ? value.Elements : [])
        {
            var range = new YamlMap(element, diagnostics);
            var (start, end) = (Time(range, "startTime", diagnostics), Time(range, "endTime", diagnostics));
            if (start == end && start is not null)
            {
                diagnostics.Error(range.LocationOf("endTime"), "'endTime' is 'startTime': leave out 'times' for the whole day");
            }

            times.Add(new CalendarRange(start ?? 0, end ?? 0));
            range.RejectUnknown();
        }

        return times;
    }

    // In minutes from midnight; null if it is wrong, which is reported.
    private static int? Time(YamlMap map, string key, Diagnostics diagnostics)
    {
        var text = map.RequiredString(key);
        if (text == "24:00" && key == "endTime")
        {
            return 24 * 60;
        }

        if (TimeOnly.TryParseExact(text, "HH:mm", null, System.Globalization.DateTimeStyles.None, out var time))
        {
            return (time.Hour * 60) + time.Minute;
        }

        if (text.Length > 0)
        {
            diagnostics.Error(map.LocationOf(key), $"'{key}' must be a time of day such as 09:00");
        }

        return null;
    }
}
