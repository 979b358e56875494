using System.Diagnostics.Metrics;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Sources.Webhook.Access;

/// <summary>
/// The server certificate of the webhook, and the authentication of its clients by bearer token, ID token or client certificate. Reloads the files when they change:
/// a change takes effect within two seconds if <see cref="Check"/> is called every <see cref="Interval"/>. Thread-safe.
/// </summary>
public sealed class WebhookAccess : IDisposable
{
    /// <summary>How often <see cref="Check"/> is to be called.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly ReloadedFiles<SslStreamCertificateContext>? _certificate;
    private readonly ReloadedFiles<X509Certificate2Collection>? _authorities;
    private readonly IReadOnlyList<(ReloadedFiles<BearerTokens> Tokens, ClientIdentity Identity)> _tokens;
    private readonly IReadOnlyList<CertificateName> _names;
    private readonly IReadOnlyList<OidcClient> _accounts;

    /// <summary>Reads the files that the options name.</summary>
    /// <param name="tls">The certificates; null for no TLS.</param>
    /// <param name="authentication">The tokens and certificate names that are accepted.</param>
    /// <param name="logger">Logs reloads.</param>
    /// <param name="meters">Makes the meter. Default: one for the process.</param>
    /// <param name="time">The clock by which ID tokens expire. Default: the system's.</param>
    /// <exception cref="FormatException">One of the files cannot be used.</exception>
    /// <exception cref="IOException">One of them cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">One of them may not be read.</exception>
    public WebhookAccess(TlsOptions? tls, AuthenticationOptions authentication, ILogger logger, IMeterFactory? meters = null, TimeProvider? time = null)
    {
        var metrics = ServiceMetrics.Of(meters).Sources;
        _names = authentication.Certificates;
        _tokens = [.. authentication.Tokens.Select(file => (
            new ReloadedFiles<BearerTokens>("tokens", [file.File], contents => BearerTokens.Parse(contents[0]), logger, metrics),
            new ClientIdentity($"token {file.File}", file.Clusters)))];
        _accounts = [.. authentication.Oidc.Select(options => new OidcClient(options, time ?? TimeProvider.System, logger, metrics))];
        if (tls is null)
        {
            return;
        }

        _certificate = new("server certificates", [tls.CertificateFile, tls.KeyFile], contents => Pem.ServerCertificate(contents[0], contents[1]), logger, metrics);
        _authorities = tls.ClientAuthorityFile is { } file ? new("client authorities", [file], contents => Pem.Certificates(contents[0]), logger, metrics) : null;
    }

    /// <summary>The current server certificate; null for no TLS.</summary>
    public SslStreamCertificateContext? Certificate => _certificate?.Current;

    /// <summary>The current authorities of client certificates; null if clients are not asked for one.</summary>
    public X509Certificate2Collection? ClientAuthorities => _authorities?.Current;

    /// <summary>Whether clients must authenticate.</summary>
    internal bool IsRequired => _tokens.Count + _names.Count + _accounts.Count > 0;

    /// <summary>Checks the files for changes. A change takes effect when two checks in a row read the same contents, so that half a rotation is never used.</summary>
    public void Check()
    {
        _certificate?.Check();
        _authorities?.Check();
        foreach (var (tokens, _) in _tokens)
        {
            tokens.Check();
        }

        foreach (var account in _accounts)
        {
            account.File?.Check();
        }
    }

    /// <summary>What cannot be used as it is in the files now, and why: the one before stays in use.</summary>
    internal IEnumerable<(string What, string Problem)> Problems => new[] { (_certificate?.What, _certificate?.Problem), (_authorities?.What, _authorities?.Problem) }
        .Concat(_tokens.Select(one => ((string?)one.Tokens.What, one.Tokens.Problem)))
        .Concat(_accounts.Select(one => (one.File?.What, one.File?.Problem)))
        .Where(one => one.Item2 is not null).Select(one => (one.Item1!, one.Item2!));

    /// <summary>Authenticates a request; returns null if its client is not accepted.</summary>
    /// <param name="authorization">The Authorization header. If present, it alone decides, whatever the certificate.</param>
    /// <param name="certificate">The client's certificate, verified against the authorities; null if it has presented none.</param>
    /// <param name="cancellation">The client has gone.</param>
    /// <exception cref="KeysUnavailableException">Its ID token cannot be judged now.</exception>
    internal async ValueTask<ClientIdentity?> IdentifyAsync(string? authorization, X509Certificate2? certificate, CancellationToken cancellation) =>
        !IsRequired ? ClientIdentity.Anybody
        : !string.IsNullOrEmpty(authorization) ? await ByTokenAsync(authorization, cancellation).ConfigureAwait(false)
        : certificate is not null ? ByName(certificate)
        : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var account in _accounts)
        {
            account.Dispose();
        }
    }

    private async ValueTask<ClientIdentity?> ByTokenAsync(string authorization, CancellationToken cancellation)
    {
        const string scheme = "Bearer ";
        if (!authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var token = authorization[scheme.Length..].Trim();
        var hash = BearerTokens.Hash(token);
        ClientIdentity? found = null;
        foreach (var (tokens, identity) in _tokens)
        {
            found = tokens.Current.Contains(hash) ? found ?? identity : found;
        }

        return found ?? (_accounts.Count > 0 && IdToken.TryParse(token) is { } id ? await ByAccountAsync(id, cancellation).ConfigureAwait(false) : null);
    }

    // One whose keys cannot be had must not keep out those of another issuer.
    private async ValueTask<ClientIdentity?> ByAccountAsync(IdToken token, CancellationToken cancellation)
    {
        KeysUnavailableException? unavailable = null;
        foreach (var account in _accounts)
        {
            try
            {
                if (await account.IdentifyAsync(token, cancellation).ConfigureAwait(false) is { } identity)
                {
                    return identity;
                }
            }
            catch (KeysUnavailableException problem)
            {
                unavailable = problem;
            }
        }

        return unavailable is null ? null : throw unavailable;
    }

    // An authority may have put several known names into one certificate: its bearer may speak for the clusters of all of them.
    private ClientIdentity? ByName(X509Certificate2 certificate)
    {
        var names = NamesIn(certificate).ToList();
        var known = _names.Where(name => names.Contains(name.Name, StringComparer.Ordinal)).ToList();
        return known.Count == 0 ? null
            : new ClientIdentity(
                $"certificate {known[0].Name}",
                known.Exists(name => name.Clusters.Count == 0) ? [] : [.. known.SelectMany(name => name.Clusters).Distinct(StringComparer.Ordinal)]);
    }

    private static IEnumerable<string> NamesIn(X509Certificate2 certificate)
    {
        const string commonName = "2.5.4.3";
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames().Where(part => !part.HasMultipleElements))
        {
            if (part.GetSingleElementType().Value == commonName && part.GetSingleElementValue() is { } name)
            {
                yield return name;
            }
        }

        foreach (var name in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames()))
        {
            yield return name;
        }
    }
}
