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
        $"groupBy: [{string.Join(", ", route.GroupBy)}]  groupWait: {DurationText.Of(route.GroupWait)}  groupInterval: {DurationText.Of(route.GroupInterval)}  repeatInterval: {DurationText.Of(route.RepeatInterval)}";

    /// <summary>Who is told of what nobody acknowledges, such as <c>escalate: [lead after 15m, ciso after 1h]</c>.</summary>
    public static string Escalations(Route route) => $"escalate: [{string.Join(", ", route.Escalate.Select(step => $"{step.Receiver} after {DurationText.Of(step.Escalation!.After)}"))}]";
}
