using AuditWatch.Yaml;

namespace AuditWatch.Notifications.Http;

/// <summary>The address of a receiver: under <c>url</c>, or, where it holds a secret, in a file or an environment variable.</summary>
internal static class AddressSetting
{
    /// <summary>Whether a secret may be sent there: over TLS, or to this machine itself, where no wire is to be protected.</summary>
    public static bool KeepsSecrets(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);

    /// <summary>
    /// The address under <c>url</c>, <c>urlFile</c> or <c>urlEnv</c>; null if it is missing or wrong, which is reported. What comes from a file or the
    /// environment is a secret, and its address must keep it.
    /// </summary>
    /// <param name="settings">Where the keys are.</param>
    /// <param name="diagnostics">Takes what is wrong; never a secret.</param>
    public static Uri? Read(YamlMap settings, Diagnostics diagnostics)
    {
        if (!settings.TryGet("url", out var literal))
        {
            if (!SecretSetting.IsThere(settings, "url"))
            {
                diagnostics.Error(settings.Location, "'url' is missing: the address to send to; if it holds a secret, name with 'urlFile' the file it is in, or with 'urlEnv' the environment variable");
                return null;
            }

            var secret = SecretSetting.Read(settings, "url", diagnostics);
            return secret is null ? null : Check(
                secret.Reveal(), KeepsSecrets, "the secret is not an address that begins with https:// and has no user in it (for that there are 'username' and 'bearerTokenFile')", settings.Location, diagnostics);
        }

        if (settings.TryGet("urlFile", out _) | settings.TryGet("urlEnv", out _))
        {
            diagnostics.Error(literal.Location, "only one of 'url', 'urlFile' and 'urlEnv' can be there");
            return null;
        }

        if (Uri.TryCreate(literal.Text, UriKind.Absolute, out var address) && (address.UserInfo.Length > 0 || address.Query.Length > 0))
        {
            diagnostics.Error(literal.Location, "an address with a user or a query may hold a secret: write it to a file of its own and name that with 'urlFile', or use 'urlEnv'");
            return null;
        }

        return Check(literal.Text, address => address.Scheme is "http" or "https", "'url' must be an address that begins with https:// or http://", literal.Location, diagnostics);
    }

    /// <summary>An address that is no secret, and to which secrets are sent; null if it is wrong, which is reported without it: somebody may have put a secret there.</summary>
    /// <param name="settings">Where the key is.</param>
    /// <param name="key">The key.</param>
    /// <param name="otherwise">What it is if the settings do not say; null if they have to.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    public static Uri? ReadPlain(YamlMap settings, string key, Uri? otherwise, Diagnostics diagnostics)
    {
        if ((otherwise is null ? settings.RequiredString(key) : settings.String(key)) is not { } text)
        {
            return otherwise;
        }

        return text.Length == 0 ? null
            : Check(text, address => KeepsSecrets(address) && address.Query.Length == 0, $"'{key}' must be an address that begins with https://, without a user or a query", settings.LocationOf(key), diagnostics);
    }

    /// <summary>The address that <c>{name}File</c> or <c>{name}Env</c> leads to, which is a secret as a whole; null if it is missing or wrong, which is reported.</summary>
    /// <param name="settings">Where the keys are.</param>
    /// <param name="name">What it is called, such as <c>webhookUrl</c>.</param>
    /// <param name="whose">Whose address it is, for a person.</param>
    /// <param name="diagnostics">Takes what is wrong; never the address.</param>
    public static Uri? ReadSecret(YamlMap settings, string name, string whose, Diagnostics diagnostics) => SecretSetting.Read(settings, name, diagnostics) is { } secret
        ? Check(secret.Reveal(), KeepsSecrets, $"the secret is not the address of {whose}, which begins with https://", settings.Location, diagnostics)
        : null;

    /// <summary>The address with a slash at its end, so that others can be relative to it.</summary>
    public static Uri AsFolder(Uri address) => address.AbsoluteUri.EndsWith('/') ? address : new Uri($"{address.AbsoluteUri}/");

    private static Uri? Check(string text, Func<Uri, bool> isGood, string otherwise, SourceLocation location, Diagnostics diagnostics)
    {
        // A user in the address would not be sent: it has keys of its own.
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && isGood(address) && address.UserInfo.Length == 0)
        {
            return address;
        }

        diagnostics.Error(location, otherwise);
        return null;
    }
}
