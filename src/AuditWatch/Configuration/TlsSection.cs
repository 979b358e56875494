using AuditWatch.Sources.Webhook.Access;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Reads <c>tls</c> of something that listens. The files must exist and be usable; their content is neither kept nor quoted in errors.</summary>
internal static class TlsSection
{
    /// <summary>The files; null if there is no such section.</summary>
    /// <param name="listener">What listens.</param>
    /// <param name="withClients">Whether <c>clientCaFile</c> can be there: authorities of client certificates.</param>
    /// <param name="diagnostics">Receives errors.</param>
    public static TlsOptions? Read(YamlMap listener, bool withClients, Diagnostics diagnostics)
    {
        if (listener.Map("tls") is not { } tls)
        {
            return null;
        }

        var (certificateFile, keyFile) = (tls.RequiredString("certFile"), tls.RequiredString("keyFile"));
        var (certificate, key) = (tls.Location.Resolve(certificateFile), tls.Location.Resolve(keyFile));
        var authorities = withClients && tls.String("clientCaFile") is { } file ? tls.Location.Resolve(file) : null;
        tls.RejectUnknown();
        if (certificateFile.Length > 0 && keyFile.Length > 0)
        {
            Try(tls, "certFile", diagnostics, () => Pem.ServerCertificate(File.ReadAllBytes(certificate), File.ReadAllBytes(key)));
        }

        if (authorities is not null)
        {
            Try(tls, "clientCaFile", diagnostics, () => Pem.Certificates(File.ReadAllBytes(authorities)));
        }

        return new TlsOptions(certificate, key) { ClientAuthorityFile = authorities };
    }

    /// <summary>Uses a file, and reports what is wrong with it where it is named.</summary>
    public static void Try(YamlMap map, string key, Diagnostics diagnostics, Action use)
    {
        try
        {
            use();
        }
        catch (Exception problem) when (problem is FormatException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            diagnostics.Error(map.LocationOf(key), $"'{map.String(key)}' cannot be used: {problem.Message}");
        }
    }
}
