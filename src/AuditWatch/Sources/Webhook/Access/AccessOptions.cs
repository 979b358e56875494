namespace AuditWatch.Sources.Webhook.Access;

/// <summary>The clients that may post to the webhook. If no token, certificate name or account is configured, any client may. Immutable.</summary>
public sealed record AuthenticationOptions
{
    /// <summary>Bearer tokens that are accepted.</summary>
    public IReadOnlyList<TokenFile> Tokens { get; init; } = [];

    /// <summary>Names in client certificates that are accepted.</summary>
    public IReadOnlyList<CertificateName> Certificates { get; init; } = [];

    /// <summary>Accounts that are accepted by their ID tokens.</summary>
    public IReadOnlyList<OidcOptions> Oidc { get; init; } = [];

    /// <summary>Whether clients must authenticate.</summary>
    public bool IsRequired => Tokens.Count + Certificates.Count + Oidc.Count > 0;
}

/// <summary>A file of bearer tokens, and the clusters for which their holders may post events. Immutable.</summary>
/// <param name="File">The file, one token per line, so that the old and the new one are both accepted during a rotation. Reloaded when it changes.</param>
/// <param name="Clusters">The clusters; empty for any.</param>
public sealed record TokenFile(string File, IReadOnlyList<string> Clusters);

/// <summary>A name in client certificates, and the clusters for which its holder may post events. Immutable.</summary>
/// <param name="Name">The common name of the subject, or one of the alternative DNS names, to the letter.</param>
/// <param name="Clusters">The clusters; none for any.</param>
public sealed record CertificateName(string Name, IReadOnlyList<string> Clusters);

/// <summary>The files that make the webhook speak TLS, all in PEM. They are read again when they change.</summary>
/// <param name="CertificateFile">The server's certificate, the certificates of its issuers after it.</param>
/// <param name="KeyFile">The private key of the certificate, not encrypted.</param>
public sealed record TlsOptions(string CertificateFile, string KeyFile)
{
    /// <summary>The authorities whose client certificates are accepted; null to ask clients for none. Default: null.</summary>
    public string? ClientAuthorityFile { get; init; }
}
