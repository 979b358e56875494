namespace AuditWatch.Sources.Webhook.Access;

/// <summary>
/// Accounts that may post with an ID token (OpenID Connect Core 1.0, section 2) as their bearer token, as push subscriptions of Google Pub/Sub do, and the clusters for which they may post events. Immutable.
/// </summary>
/// <param name="Audience">Whom the token must be for, to the letter.</param>
/// <param name="Accounts">The e-mail addresses of the accounts, to the letter; at least one.</param>
/// <param name="Clusters">The clusters; empty for any.</param>
public sealed record OidcOptions(string Audience, IReadOnlyList<string> Accounts, IReadOnlyList<string> Clusters)
{
    /// <summary>Google's issuer of ID tokens.</summary>
    public const string Google = "https://accounts.google.com";

    /// <summary>Where Google publishes its keys.</summary>
    public static readonly Uri GoogleKeys = new("https://www.googleapis.com/oauth2/v3/certs");

    /// <summary>Who must have issued the token. Default: Google.</summary>
    public string Issuer { get; init; } = Google;

    /// <summary>Where the issuer publishes its keys (a JWK set, RFC 7517): https, or http on this machine. Default: where Google does.</summary>
    public Uri KeysAddress { get; init; } = GoogleKeys;

    /// <summary>A file with the keys, instead of the address. Read again when it changes. Default: null.</summary>
    public string? KeysFile { get; init; }
}
