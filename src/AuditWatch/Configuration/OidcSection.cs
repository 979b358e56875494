using AuditWatch.Access;
using AuditWatch.Notifications;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>
/// Reads <c>page.oidc</c>: <c>authority</c>, <c>clientId</c>, perhaps <c>clientSecretFile</c> or <c>clientSecretEnv</c>, <c>scopes</c>, <c>nameClaim</c>, <c>groupsClaim</c>, and how long a <c>session</c> is at
/// most, twelve hours unless said otherwise.
/// </summary>
internal static class OidcSection
{
    /// <summary>The provider; null if what it is cannot be used, which has been reported.</summary>
    public static OpenIdProvider? Read(YamlMap oidc, Diagnostics diagnostics)
    {
        var (authority, clientId) = (oidc.RequiredString("authority"), oidc.RequiredString("clientId"));
        var secret = SecretSetting.IsThere(oidc, "clientSecret") ? SecretSetting.Read(oidc, "clientSecret", diagnostics) : null;
        var scopes = oidc.Strings("scopes") is { Count: > 0 } said ? said : OpenIdProvider.DefaultScopes;
        var (name, groups) = (Claim(oidc, "nameClaim", OpenIdProvider.DefaultNameClaim, diagnostics), Claim(oidc, "groupsClaim", OpenIdProvider.DefaultGroupsClaim, diagnostics));
        var session = oidc.Duration("session") ?? OpenIdProvider.DefaultSession;
        oidc.RejectUnknown();
        if (scopes.FirstOrDefault(scope => scope.Any(letter => letter is <= ' ' or '"' or '\\' or > '~')) is { } wrong)
        {
            diagnostics.Error(oidc.LocationOf("scopes"), $"'{wrong}' is not a scope: write each as a word of its own, such as [openid, profile, groups]");
        }

        if (session < TimeSpan.FromMinutes(5) || session > OpenIdProvider.MaxSession)
        {
            diagnostics.Error(oidc.LocationOf("session"), $"people are signed in for 5m to {OpenIdProvider.MaxSession.TotalDays:N0}d at a time");
        }

        if (authority.Length == 0 || clientId.Length == 0)
        {
            return null;
        }

        if (!Uri.TryCreate(authority, UriKind.Absolute, out var issuer) || !(issuer.Scheme == Uri.UriSchemeHttps || (issuer.Scheme == Uri.UriSchemeHttp && issuer.IsLoopback)) || issuer.UserInfo.Length + issuer.Query.Length + issuer.Fragment.Length > 0)
        {
            diagnostics.Error(oidc.LocationOf("authority"), $"'{authority}' is not where an OpenID provider is: write its issuer, such as https://login.example.com/realms/example");
            return null;
        }

        return new OpenIdProvider(issuer, clientId, secret?.Reveal(), [.. scopes.Prepend(OpenIdProvider.OpenIdScope).Distinct(StringComparer.Ordinal)], name, groups, session);
    }

    private static string Claim(YamlMap oidc, string key, string otherwise, Diagnostics diagnostics)
    {
        var claim = oidc.String(key) ?? otherwise;
        if (claim.Length is 0 or > 200 || claim.Any(char.IsControl))
        {
            diagnostics.Error(oidc.LocationOf(key), $"'{key}' has to name a claim, such as {otherwise}");
        }

        return claim;
    }
}
