using System.Globalization;
using AuditWatch.Notifications.Routing;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Parses the ranges of time intervals, such as <c>monday:friday</c> or <c>1:15</c>. Both ends are included.</summary>
internal static class CalendarRanges
{
    private static readonly string[] Days = CultureInfo.InvariantCulture.DateTimeFormat.DayNames;
    private static readonly string[] MonthNames = CultureInfo.InvariantCulture.DateTimeFormat.MonthNames;

    /// <summary>Reads the ranges under a key. Invalid ones are reported and left out.</summary>
    /// <param name="map">Where the key is.</param>
    /// <param name="key">The key.</param>
    /// <param name="number">Converts one end of a range to its number; returns null if it is not valid.</param>
    /// <param name="expected">What to write instead, for a person.</param>
    /// <param name="canWrap">Whether the first may come after the last.</param>
    /// <param name="diagnostics">Receives errors.</param>
    public static IReadOnlyList<CalendarRange> Read(YamlMap map, string key, Func<string, int?> number, string expected, bool canWrap, Diagnostics diagnostics)
    {
        var ranges = new List<CalendarRange>();
        foreach (var element in map.TryGet(key, out var value) ? value.Elements : [])
        {
            var ends = element.Text.Split(':', StringSplitOptions.TrimEntries);
            var (first, last) = (number(ends[0]), number(ends[^1]));
            if (first is null || last is null || ends.Length > 2)
            {
                diagnostics.Error(element.Location, $"'{element.Text}' is not {expected}");
            }
            else if (!canWrap && NeverBefore(first.Value, last.Value))
            {
                diagnostics.Error(element.Location, $"'{element.Text}' ends before it begins");
            }

            ranges.Add(new CalendarRange(first ?? 0, last ?? 0));
        }

        return ranges;
    }

    /// <summary>The number of a weekday, 0 for Sunday to 6; null if it is none.</summary>
    public static int? Weekday(string text) => IndexOf(Days, text) is >= 0 and var day ? day : null;

    /// <summary>The number of a month by name or number, 1 for January to 12; null if it is none.</summary>
    public static int? Month(string text) => IndexOf(MonthNames, text) is >= 0 and var month && text.Length > 0 ? month + 1 : Number(text, 1, 12);

    /// <summary>The day of a month, 1 to 31, or -31 to -1 counted from its end; null if it is none.</summary>
    public static int? DayOfMonth(string text) => Number(text, -31, 31) is { } day and not 0 ? day : null;

    /// <summary>A year, 1 to 9999; null if it is none.</summary>
    public static int? Year(string text) => Number(text, 1, 9999);

    private static int IndexOf(string[] names, string text) => Array.FindIndex(names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));

    private static int? Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;

    // Whatever the length of the month. A range that begins at a day counted from its end cannot end at one counted from its start, as in Alertmanager.
    private static bool NeverBefore(int first, int last) =>
        (first < 0 && last > 0) || (first > 0 && last < 0 ? first > 31 + 1 + last : first > last);
}
