namespace AuditWatch.Sources.Webhook.Access;

/// <summary>The files that make the webhook speak TLS, all in PEM. They are read again when they change.</summary>
/// <param name="CertificateFile">The server's certificate, the certificates of its issuers after it.</param>
/// <param name="KeyFile">The private key of the certificate, not encrypted.</param>
public sealed record TlsOptions(string CertificateFile, string KeyFile)
{
    /// <summary>The authorities whose client certificates are accepted; null to ask clients for none. Default: null.</summary>
    public string? ClientAuthorityFile { get; init; }
}
