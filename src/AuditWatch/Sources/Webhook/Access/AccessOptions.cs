namespace AuditWatch.Sources.Webhook.Access;

/// <summary>Who may post to the webhook. With nobody named, anybody may.</summary>
public sealed record AuthenticationOptions
{
    /// <summary>Clients known by a bearer token.</summary>
    public IReadOnlyList<TokenFile> Tokens { get; init; } = [];

    /// <summary>Clients known by the name in a certificate that a client authority has signed.</summary>
    public IReadOnlyList<CertificateName> Certificates { get; init; } = [];

    /// <summary>Whether clients have to say who they are.</summary>
    public bool IsRequired => Tokens.Count + Certificates.Count > 0;
}

/// <summary>Bearer tokens and the clusters that whoever sends one may speak for.</summary>
/// <param name="File">Holds the tokens, one a line: the old one and the new one while they are rotated. Read again when it changes.</param>
/// <param name="Clusters">The clusters; none for any.</param>
public sealed record TokenFile(string File, IReadOnlyList<string> Clusters);

/// <summary>A name in client certificates and the clusters that its bearer may speak for.</summary>
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
