using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AuditWatch.State;

namespace AuditWatch.Composites;

/// <summary>
/// Which stories have been told, and until when in event time the same story is no news. Bounded: of more, the one that is over first is forgotten and
/// may be told again. Not thread-safe.
/// </summary>
internal sealed class ToldStories
{
    /// <summary>The most stories remembered, at about 100 bytes each.</summary>
    public const int Capacity = 100_000;

    private readonly Dictionary<UInt128, long> _until = [];
    private readonly PriorityQueue<UInt128, long> _order = new();
    private readonly Dictionary<UInt128, long?> _unwritten = [];

    /// <summary>When telling of a story at that time would be a repeat, the time until which it is; else null.</summary>
    public long? UntilIfTold(UInt128 story, long time) => _until.TryGetValue(story, out var until) && time < until ? until : null;

    /// <summary>A story is told.</summary>
    /// <param name="story">A hash of what it is about.</param>
    /// <param name="until">From when on it is news again, in ticks of UTC.</param>
    public void Tell(UInt128 story, long until)
    {
        Put(story, until);
        _unwritten[story] = until;
    }

    /// <summary>Takes those that were told before a restart.</summary>
    /// <param name="store">The state.</param>
    /// <param name="latest">Until when any can be no news, in ticks of UTC.</param>
    public void Restore(IStateStore store, long latest)
    {
        foreach (var row in store.Read(StateTables.CompositeStories))
        {
            Put(UInt128.Parse(row.Text("key"), NumberStyles.HexNumber, CultureInfo.InvariantCulture), Math.Min(latest, JsonSerializer.Deserialize(row.Bytes("value").Span, ToldJson.Default.Told)!.Until));
        }

        _unwritten.Clear();
    }

    /// <summary>Takes those that another knows.</summary>
    public void Import(ToldStories others)
    {
        foreach (var (story, until) in others._until)
        {
            Put(story, until);
        }

        foreach (var (story, until) in others._unwritten)
        {
            _unwritten[story] = until;
        }
    }

    /// <summary>Adds what has changed since the last call to what is committed.</summary>
    public void Record(StateChanges changes)
    {
        foreach (var (story, until) in _unwritten)
        {
            var key = story.ToString("x32", CultureInfo.InvariantCulture);
            if (until is { } told)
            {
                changes.Put(StateTables.CompositeStories, key, JsonSerializer.SerializeToUtf8Bytes(new Told(told), ToldJson.Default.Told));
            }
            else
            {
                changes.Delete(StateTables.CompositeStories, key);
            }
        }

        _unwritten.Clear();
    }

    private void Put(UInt128 story, long until)
    {
        _until[story] = until;
        _order.Enqueue(story, until);

        // A story that was told again stands in the queue more than once; the last counts.
        while (_order.Count > 0 && (_until.Count > Capacity || _order.Count > 2 * Capacity))
        {
            _order.TryDequeue(out var oldest, out var was);
            if (_until.TryGetValue(oldest, out var last) && last == was)
            {
                _until.Remove(oldest);
                _unwritten[oldest] = null;
            }
        }
    }

    internal sealed record Told(long Until);
}

/// <summary>The JSON of these records.</summary>
[JsonSerializable(typeof(ToldStories.Told))]
internal sealed partial class ToldJson : JsonSerializerContext;
