using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Sources.Webhook.Access;

/// <summary>Tells by ID tokens the accounts that may post. Thread-safe.</summary>
internal sealed class OidcClient : IDisposable
{
    private const int LongestAnswer = 256 << 10;

    private readonly OidcOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient? _http;
    private readonly PublishedKeys? _published;

    /// <summary>Reads the file with the keys, if there is one.</summary>
    /// <exception cref="FormatException">The file cannot be used.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public OidcClient(OidcOptions options, TimeProvider time, ILogger logger, SourceInstruments metrics)
    {
        (_options, _time) = (options, time);
        if (options.KeysFile is { } file)
        {
            File = new("keys", [file], contents => KeySet.Parse(contents[0]), logger, metrics);
            return;
        }

        // An address that leads elsewhere is not the one that was configured.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { MaxResponseContentBufferSize = LongestAnswer };
        _published = new PublishedKeys(options.KeysAddress, _http, time, logger);
    }

    /// <summary>The file with the keys; null if they are fetched.</summary>
    public ReloadedFiles<KeySet>? File { get; }

    /// <summary>The account that has a token; null if it is not one of those configured, or the token is not good.</summary>
    /// <exception cref="KeysUnavailableException">That cannot be told now.</exception>
    public async ValueTask<ClientIdentity?> IdentifyAsync(IdToken token, CancellationToken cancellation)
    {
        if (!token.Is(_options, _time.GetUtcNow()))
        {
            return null;
        }

        var keys = File?.Current ?? await _published!.WithAsync(token.KeyId, cancellation).ConfigureAwait(false);
        return keys.Find(token.KeyId) is { } key && token.IsSignedBy(key) ? new ClientIdentity($"account {token.Email}", _options.Clusters) : null;
    }

    public void Dispose()
    {
        _published?.Dispose();
        _http?.Dispose();
    }
}
