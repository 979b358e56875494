using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuditWatch.Tests.Notifications.Email;

/// <summary>A certification authority made for one test run, and a certificate for <c>localhost</c> that it signed.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _server;

    public TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        var authority = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        Certificate = authority.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
        _server = Issue("localhost", "localhost");
    }

    /// <summary>The authority's own certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>A certificate with its key, signed by the authority.</summary>
    /// <param name="commonName">Whose it is.</param>
    /// <param name="dnsNames">The alternative names in it.</param>
    public X509Certificate2 Issue(string commonName, params string[] dnsNames)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={commonName}", key, HashAlgorithmName.SHA256);
        if (dnsNames.Length > 0)
        {
            var names = new SubjectAlternativeNameBuilder();
            Array.ForEach(dnsNames, names.AddDnsName);
            request.CertificateExtensions.Add(names.Build());
        }

        using var certificate = request.Create(Certificate, Certificate.NotBefore, Certificate.NotAfter, RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>Writes the authority's certificate into <paramref name="folder"/>.</summary>
    public string WriteAuthority(string folder)
    {
        var path = Path.Combine(folder, "authority.pem");
        File.WriteAllText(path, Certificate.ExportCertificatePem());
        return path;
    }

    /// <summary>Writes the server's certificate and key into <paramref name="folder"/>, as servers take them.</summary>
    public (string Certificate, string Key) Write(string folder)
    {
        var (certificate, key) = (Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
        File.WriteAllText(certificate, _server.ExportCertificatePem());
        using var privateKey = _server.GetECDsaPrivateKey()!;
        File.WriteAllText(key, privateKey.ExportPkcs8PrivateKeyPem());
        return (certificate, key);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _server.Dispose();
    }
}
