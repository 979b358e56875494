using AuditWatch.Alerts;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Routing;

namespace AuditWatch.Processing;

/// <summary>What the configuration says about who is told of which alerts. Immutable.</summary>
/// <param name="Root">The route tree.</param>
/// <param name="Receivers">The receivers that it names.</param>
public sealed record AlertRouting(Route Root, IReadOnlyList<Receiver> Receivers)
{
    /// <summary>Every alert goes to all of these, each for itself, and that it is closed, too.</summary>
    /// <param name="notifiers">Deliver to programs, or to people who want every message. None to tell nobody.</param>
    public static AlertRouting To(params IEnumerable<INotifier> notifiers)
    {
        const string everybody = "everybody";
        return new AlertRouting(
            new Route { Receiver = everybody },
            [new Receiver(everybody, [.. notifiers.Select(notifier => new Integration(notifier, SendResolved: true, IsForPeople: false))])]);
    }

    /// <summary>Which open alerts keep which others from being told of.</summary>
    public IReadOnlyList<InhibitionRule> Inhibitions { get; init; } = [];

    /// <summary>The silences of the configuration.</summary>
    public IReadOnlyList<Silence> Silences { get; init; } = [];

    /// <summary>Where people find the service, ending in a slash; null if nobody said.</summary>
    public Uri? ExternalUrl { get; init; }

    /// <summary>The zone of the times in messages to people. Default: UTC.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;
}
