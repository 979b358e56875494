using System.Text;

namespace AuditWatch.Access;

/// <summary>An OpenID provider that people sign in at, and how the service is known there. Immutable.</summary>
/// <param name="Authority">Its issuer: its own description is below that, at <c>.well-known/openid-configuration</c>. <c>https</c>, or on the same machine.</param>
/// <param name="ClientId">What it calls the service.</param>
/// <param name="ClientSecret">What the service proves with that it is that; null for a public client, which has PKCE alone.</param>
/// <param name="Scopes">What it is asked for; <c>openid</c> is among it.</param>
/// <param name="NameClaim">The claim that names the person: what they do is done in that name.</param>
/// <param name="GroupsClaim">The claim with their groups, in the ID token or what the provider says of its users.</param>
/// <param name="Session">How long somebody is signed in at most.</param>
internal sealed record OpenIdProvider(Uri Authority, string ClientId, string? ClientSecret, IReadOnlyList<string> Scopes, string NameClaim, string GroupsClaim, TimeSpan Session)
{
    /// <summary>The claim that names the person, if nothing is configured.</summary>
    public const string DefaultNameClaim = "preferred_username";

    /// <summary>The claim with their groups, if nothing is configured.</summary>
    public const string DefaultGroupsClaim = "groups";

    /// <summary>What everybody who signs in is asked for.</summary>
    public const string OpenIdScope = "openid";

    /// <summary>How long somebody is signed in, if nothing is configured.</summary>
    public static readonly TimeSpan DefaultSession = TimeSpan.FromHours(12);

    /// <summary>The longest that somebody may be signed in.</summary>
    public static readonly TimeSpan MaxSession = TimeSpan.FromDays(7);

    /// <summary>What it is asked for, if nothing is configured.</summary>
    public static IReadOnlyList<string> DefaultScopes { get; } = [OpenIdScope, "profile", "email"];

    // Nothing prints the secret.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(Authority).Append(' ').Append(ClientId);
        return true;
    }
}
