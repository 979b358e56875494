using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuditWatch.Tests.Notifications.Email;

/// <summary>A certification authority made for one test run, and a certificate for <c>localhost</c> that it signed.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _server;
    private readonly ECDsa _serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        var authority = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        Certificate = authority.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));

        var server = new CertificateRequest("CN=localhost", _serverKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        server.CertificateExtensions.Add(names.Build());
        _server = server.Create(Certificate, now.AddHours(-1), now.AddHours(1), RandomNumberGenerator.GetBytes(8));
    }

    /// <summary>The authority's own certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Writes the server's certificate and key into <paramref name="folder"/>, as servers take them.</summary>
    public (string Certificate, string Key) Write(string folder)
    {
        var (certificate, key) = (Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
        File.WriteAllText(certificate, _server.ExportCertificatePem());
        File.WriteAllText(key, _serverKey.ExportPkcs8PrivateKeyPem());
        return (certificate, key);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _server.Dispose();
        _serverKey.Dispose();
    }
}
