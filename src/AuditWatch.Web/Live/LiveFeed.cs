using System.Net.ServerSentEvents;
using System.Reactive.Linq;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AuditWatch.Web.Live;

/// <summary>
/// Tells every open page which alerts have changed, at most four times a second: as server-sent events <c>alerts</c>, each a JSON array of
/// <c>{"id","kind","level","status","count","by"}</c>. Of more than 200 changes at once, 200 are told. A page that does not keep up misses the oldest. Thread-safe.
/// </summary>
internal sealed class LiveFeed : IDisposable
{
    private const int MostTold = 200;
    private const int MostWaiting = 20;
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Alive = TimeSpan.FromSeconds(20);

    private readonly Dictionary<Channel<string>, IReadOnlySet<string>?> _pages = [];
    private readonly Lock _lock = new();
    private readonly Dictionary<string, AlertChange> _waiting = new(StringComparer.Ordinal);
    private readonly IDisposable _subscription;
    private readonly ITimer _timer;
    private readonly TimeProvider _time;

    public LiveFeed(IObservable<IReadOnlyList<AlertChange>> changes, TimeProvider time)
    {
        _time = time;
        _subscription = changes.Subscribe(Add);
        _timer = time.CreateTimer(_ => Tell(), null, Beat, Beat);
    }

    /// <summary>What one page is told, until it is closed.</summary>
    /// <param name="clusters">The clusters whose alerts it shows; null for all.</param>
    /// <param name="closed">Is cancelled when it is.</param>
    public ServerSentEventsResult<string> Follow(IReadOnlySet<string>? clusters, CancellationToken closed) => TypedResults.ServerSentEvents(ReadAsync(closed, clusters));

    public void Dispose()
    {
        _subscription.Dispose();
        _timer.Dispose();
        lock (_lock)
        {
            foreach (var page in _pages.Keys)
            {
                page.Writer.TryComplete();
            }
        }
    }

    /// <summary>The events of one page, until it is closed.</summary>
    internal async IAsyncEnumerable<SseItem<string>> ReadAsync([EnumeratorCancellation] CancellationToken closed, IReadOnlySet<string>? clusters = null)
    {
        var page = Channel.CreateBounded<string>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_lock)
        {
            _pages.Add(page, clusters);
        }

        try
        {
            yield return new SseItem<string>("", "ready");
            while (true)
            {
                string? told;
                using (var patience = new CancellationTokenSource(Alive, _time))
                using (var either = CancellationTokenSource.CreateLinkedTokenSource(closed, patience.Token))
                {
                    told = await NextAsync(page.Reader, either.Token);
                }

                if (closed.IsCancellationRequested || (told is null && page.Reader.Completion.IsCompleted))
                {
                    yield break;
                }

                yield return told is null ? new SseItem<string>("", "alive") : new SseItem<string>(told, "alerts");
            }
        }
        finally
        {
            lock (_lock)
            {
                _pages.Remove(page);
            }
        }
    }

    private static async Task<string?> NextAsync(ChannelReader<string> page, CancellationToken cancellation)
    {
        try
        {
            return await page.WaitToReadAsync(cancellation) && page.TryRead(out var told) ? told : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private void Add(IReadOnlyList<AlertChange> changes)
    {
        lock (_lock)
        {
            foreach (var change in _pages.Count > 0 ? changes : [])
            {
                _waiting[change.Alert.Id] = _waiting.TryGetValue(change.Alert.Id, out var before) && before.Kind == AlertChangeKind.Opened ? change with { Kind = AlertChangeKind.Opened } : change;
            }
        }
    }

    private void Tell()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                return;
            }

            var everything = Words(_waiting.Values);
            foreach (var (page, clusters) in _pages)
            {
                var told = clusters is null ? everything : Words(_waiting.Values.Where(change => clusters.Contains(change.Alert.Cluster)));
                if (told is not null)
                {
                    page.Writer.TryWrite(told);
                }
            }

            _waiting.Clear();
        }
    }

    private static string? Words(IEnumerable<AlertChange> changes)
    {
        var told = changes.Take(MostTold).Select(change => new
        {
            id = change.Alert.Id,
            kind = change.Kind.ToString().ToLowerInvariant(),
            level = change.Alert.Level.Word(),
            status = change.Alert.Status.ToString().ToLowerInvariant(),
            count = change.Alert.Count,
            by = change.Alert.ClosedBy ?? change.Alert.AcknowledgedBy,
        }).ToList();
        return told.Count > 0 ? JsonSerializer.Serialize(told) : null;
    }
}
