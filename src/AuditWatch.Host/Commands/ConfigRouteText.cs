using AuditWatch.Notifications.Rendering;
using Route = AuditWatch.Notifications.Routing.Route;

namespace AuditWatch.Host.Commands;

/// <summary>Routes as people read them.</summary>
internal static class ConfigRouteText
{
    // Longer than any line that somebody wrote on purpose.
    private const int Limit = 10_000;

    /// <summary>A line that a terminal shows as it is.</summary>
    public static string Line(string text) => DisplayText.Of(text, Limit);

    /// <summary>How alerts are put together, and when they are told.</summary>
    public static string Settings(Route route) =>
        $"groupBy: [{string.Join(", ", route.GroupBy)}]  groupWait: {Duration(route.GroupWait)}  groupInterval: {Duration(route.GroupInterval)}  repeatInterval: {Duration(route.RepeatInterval)}";

    /// <summary>A length of time as the configuration writes it, such as <c>90s</c> or <c>4h</c>.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { Ticks: 0 } => "0s",
        _ when time.Ticks % TimeSpan.TicksPerDay == 0 => $"{time.TotalDays:0}d",
        _ when time.Ticks % TimeSpan.TicksPerHour == 0 => $"{time.TotalHours:0}h",
        _ when time.Ticks % TimeSpan.TicksPerMinute == 0 => $"{time.TotalMinutes:0}m",
        _ => $"{time.TotalSeconds:0}s",
    };
}
