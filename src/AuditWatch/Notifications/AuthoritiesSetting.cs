using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuditWatch.Yaml;

namespace AuditWatch.Notifications;

/// <summary>The certification authorities that may vouch for a receiver's server, in a file in PEM.</summary>
internal static class AuthoritiesSetting
{
    /// <summary>The certificates of <c>caFile</c>; null for the machine's own authorities, or if they cannot be read, which is reported.</summary>
    public static X509Certificate2Collection? Read(YamlMap settings, Diagnostics diagnostics)
    {
        if (settings.String("caFile") is not { } file)
        {
            return null;
        }

        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(settings.Location.Resolve(file));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            diagnostics.Error(settings.LocationOf("caFile"), $"the certificates cannot be read: {problem.Message}");
            return null;
        }

        if (authorities.Count == 0)
        {
            diagnostics.Error(settings.LocationOf("caFile"), $"there is no certificate in '{file}', which has to be in PEM");
        }

        return authorities;
    }

    /// <summary>How TLS decides whether to trust a server; null for the machine's way.</summary>
    public static X509ChainPolicy? Policy(X509Certificate2Collection? authorities)
    {
        if (authorities is null)
        {
            return null;
        }

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }
}
