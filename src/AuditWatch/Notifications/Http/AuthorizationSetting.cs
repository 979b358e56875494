using System.Net.Http.Headers;
using System.Text;
using AuditWatch.Yaml;

namespace AuditWatch.Notifications.Http;

/// <summary>How to log in to a receiver: with a bearer token, or with a user and a password.</summary>
internal static class AuthorizationSetting
{
    /// <summary>Whether the settings speak of a login at all, rightly or wrongly.</summary>
    public static bool IsThere(YamlMap settings) => SecretSetting.IsThere(settings, "bearerToken") | HasPassword(settings);

    /// <summary>
    /// The value of the header <c>Authorization</c>, from <c>bearerTokenFile</c> or <c>bearerTokenEnv</c>, or from <c>username</c> and <c>passwordFile</c> or
    /// <c>passwordEnv</c>; null for none, or if they are wrong, which is reported.
    /// </summary>
    /// <param name="settings">Where the keys are.</param>
    /// <param name="address">Where it is to be sent; null if that is not known, which has been reported.</param>
    /// <param name="diagnostics">Takes what is wrong; never a secret.</param>
    public static Secret? Read(YamlMap settings, Uri? address, Diagnostics diagnostics)
    {
        var hasToken = SecretSetting.IsThere(settings, "bearerToken");
        var hasPassword = HasPassword(settings);
        if (hasToken && hasPassword)
        {
            diagnostics.Error(settings.Location, "either a bearer token or a user with a password can be there, not both");
            return null;
        }

        if ((hasToken || hasPassword) && address is not null && !AddressSetting.KeepsSecrets(address))
        {
            diagnostics.Error(settings.Location, "without TLS the token or password would be sent in clear: use an address that begins with https://");
            return null;
        }

        return hasToken ? Token(settings, diagnostics) : hasPassword ? Password(settings, diagnostics) : null;
    }

    /// <summary>The header that a secret from <see cref="Read"/> means; null for none.</summary>
    public static AuthenticationHeaderValue? Header(Secret? authorization) =>
        authorization is null ? null : AuthenticationHeaderValue.Parse(authorization.Reveal());

    private static bool HasPassword(YamlMap settings) => settings.TryGet("username", out _) | SecretSetting.IsThere(settings, "password");

    private static Secret? Token(YamlMap settings, Diagnostics diagnostics)
    {
        var token = SecretSetting.Read(settings, "bearerToken", diagnostics);
        if (token is not null && !token.Reveal().All(c => c is > ' ' and <= '~'))
        {
            diagnostics.Error(settings.Location, "the secret is not a bearer token: that is a single word in ASCII");
            return null;
        }

        return token is null ? null : new Secret($"Bearer {token.Reveal()}");
    }

    private static Secret? Password(YamlMap settings, Diagnostics diagnostics)
    {
        var username = settings.RequiredString("username");
        if (username.Contains(':'))
        {
            diagnostics.Error(settings.LocationOf("username"), "'username' cannot have a colon in it");
        }

        return SecretSetting.Read(settings, "password", diagnostics) is { } password
            ? new Secret($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password.Reveal()}"))}")
            : null;
    }
}
