namespace AuditWatch.Notifications.Webhook;

/// <summary>Where notifications are posted to, and how the receiver can tell whom they are from. Immutable.</summary>
internal sealed record WebhookOptions
{
    /// <summary>The address, http or https; a secret, as far as anybody can tell.</summary>
    public required Secret Address { get; init; }

    /// <summary>The key of the signature; null to send none.</summary>
    public Secret? SigningKey { get; init; }

    /// <summary>The value of the header <c>Authorization</c>; null for none.</summary>
    public Secret? Authorization { get; init; }

    /// <summary>Whether to send the headers of CloudEvents 1.0. Default: true.</summary>
    public bool CloudEvents { get; init; } = true;
}
