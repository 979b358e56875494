using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AuditWatch.Sources.Webhook.Access;

/// <summary>Certificates as servers take them: PEM text. Whatever is wrong with one is a <see cref="FormatException"/> that repeats nothing of it.</summary>
internal static class Pem
{
    /// <summary>A server's certificate with its issuers, and its key.</summary>
    /// <param name="certificates">The certificates, the server's own first.</param>
    /// <param name="key">The private key.</param>
    public static SslStreamCertificateContext ServerCertificate(byte[] certificates, byte[] key)
    {
        var chain = Certificates(certificates);
        try
        {
            // The context keeps the certificate, and handshakes under way keep the context: neither is disposed of.
            var own = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(certificates), Encoding.ASCII.GetString(key));
            return SslStreamCertificateContext.Create(own, [.. chain.Skip(1)], offline: true);
        }
        catch (Exception problem) when (problem is CryptographicException or ArgumentException)
        {
            throw new FormatException("the key is not the certificate's, is encrypted, or is no private key in PEM (-----BEGIN PRIVATE KEY-----)", problem);
        }
    }

    /// <summary>One certificate or more.</summary>
    public static X509Certificate2Collection Certificates(byte[] pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(Encoding.ASCII.GetString(pem));
        }
        catch (CryptographicException problem)
        {
            throw new FormatException("a certificate in it is broken", problem);
        }

        return certificates.Count > 0 ? certificates : throw new FormatException("there is no certificate in it, which has to be in PEM (-----BEGIN CERTIFICATE-----)");
    }
}
