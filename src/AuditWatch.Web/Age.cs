using System.Globalization;

namespace AuditWatch.Web;

/// <summary>How long ago something was, in a word that is read at a glance.</summary>
internal static class Age
{
    /// <summary>Such as <c>42 s</c>, <c>7 min</c>, <c>3 h</c>, <c>12 d</c>; of the future <c>0 s</c>.</summary>
    public static string Of(DateTimeOffset at, DateTimeOffset now) => Of(now - at);

    /// <summary>Likewise of a time that passes.</summary>
    public static string Of(TimeSpan time) => time switch
    {
        { Ticks: < 0 } => "0 s",
        { TotalSeconds: < 60 } => Text(time.TotalSeconds, "s"),
        { TotalMinutes: < 60 } => Text(time.TotalMinutes, "min"),
        { TotalHours: < 48 } => Text(time.TotalHours, "h"),
        _ => Text(time.TotalDays, "d"),
    };

    private static string Text(double number, string unit) => string.Create(CultureInfo.InvariantCulture, $"{(long)number} {unit}");
}
