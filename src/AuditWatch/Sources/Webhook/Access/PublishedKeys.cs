using Microsoft.Extensions.Logging;

namespace AuditWatch.Sources.Webhook.Access;

/// <summary>
/// The keys that an issuer of ID tokens publishes at an address. Fetched when they are first needed, then once an hour, and sooner for a key that is not among them, for issuers change theirs: then at most once a
/// minute, so that nobody has them fetched by naming keys. What could be fetched last stays in use for a day. Thread-safe.
/// </summary>
/// <param name="address">Where they are.</param>
/// <param name="http">Fetches them.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears of what goes wrong, once for each time that it begins to.</param>
internal sealed class PublishedKeys(Uri address, HttpClient http, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>How old keys become before they are fetched again.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromHours(1);

    /// <summary>How long keys are used that cannot be fetched again.</summary>
    public static readonly TimeSpan LongestUse = TimeSpan.FromDays(1);

    /// <summary>How long to wait before the next attempt, whatever came of the last.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _fetching = new(1);
    private KeySet? _keys;
    private DateTimeOffset _fetchedAt;
    private DateTimeOffset? _triedAt;
    private bool _isFailing;

    /// <summary>The keys among which one is, if there is such a one.</summary>
    /// <param name="keyId">Which.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="KeysUnavailableException">Nobody knows: the keys cannot be fetched now.</exception>
    public async ValueTask<KeySet> WithAsync(string keyId, CancellationToken cancellation)
    {
        await _fetching.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var now = time.GetUtcNow();
            var isKnown = _keys?.Find(keyId) is not null;
            if ((!isKnown || now - _fetchedAt >= Freshness) && !(now - _triedAt < Pause))
            {
                _triedAt = now;
                await FetchAsync(cancellation).ConfigureAwait(false);
            }

            // Of a key that is not among old ones nobody can say that it is not the issuer's.
            return _keys is { } keys && now - _fetchedAt < LongestUse && (!_isFailing || keys.Find(keyId) is not null) ? keys : throw new KeysUnavailableException();
        }
        finally
        {
            _fetching.Release();
        }
    }

    public void Dispose() => _fetching.Dispose();

    private async Task FetchAsync(CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            _keys = KeySet.Parse(await http.GetByteArrayAsync(address, either.Token).ConfigureAwait(false));
            (_fetchedAt, _isFailing) = (time.GetUtcNow(), false);
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or FormatException || (problem is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            if (!_isFailing)
            {
                logger.LogError("The keys at {Address} cannot be fetched: {Problem}. Those who post with ID tokens are told to come again.", address, problem.Message);
            }

            _isFailing = true;
        }
        catch (OperationCanceledException)
        {
            // Whoever asked has gone; the next one tries at once.
            _triedAt = null;
            throw;
        }
    }
}

/// <summary>Whether an ID token is good cannot be told now.</summary>
internal sealed class KeysUnavailableException() : Exception("the keys of the issuer are not available");
