using AuditWatch.Alerts;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Routing;

namespace AuditWatch.Processing;

/// <summary>What the configuration says about who is told of which alerts. Immutable.</summary>
/// <param name="Root">The route tree.</param>
/// <param name="Receivers">The receivers that it names.</param>
public sealed record AlertRouting(Route Root, IReadOnlyList<Receiver> Receivers)
{
    /// <summary>Which open alerts keep which others from being told of.</summary>
    public IReadOnlyList<InhibitionRule> Inhibitions { get; init; } = [];

    /// <summary>The silences of the configuration.</summary>
    public IReadOnlyList<Silence> Silences { get; init; } = [];

    /// <summary>Where people find the service, ending in a slash; null if nobody said.</summary>
    public Uri? ExternalUrl { get; init; }
}
