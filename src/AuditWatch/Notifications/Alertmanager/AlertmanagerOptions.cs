namespace AuditWatch.Notifications.Alertmanager;

/// <summary>Which Alertmanager to post alerts to. Immutable.</summary>
internal sealed record AlertmanagerOptions
{
    /// <summary>Its address, http or https, up to what comes before <c>/api/v2</c>; a secret, as far as anybody can tell.</summary>
    public required Secret Address { get; init; }

    /// <summary>The value of the header <c>Authorization</c>; null for none.</summary>
    public Secret? Authorization { get; init; }

    /// <summary>
    /// How long an open alert lasts there if nothing more is said of it. Longer than the time after which the route repeats it. Default: a day.
    /// Left to Alertmanager it would be five minutes (its <c>resolve_timeout</c>), which is meant for senders that repeat themselves every minute.
    /// </summary>
    public TimeSpan ExpireAfter { get; init; } = TimeSpan.FromDays(1);
}
