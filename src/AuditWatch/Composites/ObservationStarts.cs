using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AuditWatch.Correlation;
using AuditWatch.State;

namespace AuditWatch.Composites;

/// <summary>
/// Since when, in event time, each composite has observed each cluster: that something was not there before can be said only by what has been looking
/// all that time. Survives a restart through the state. Not thread-safe.
/// </summary>
internal sealed class ObservationStarts
{
    private readonly Dictionary<(string Composite, string Cluster), long> _starts = [];
    private readonly HashSet<(string Composite, string Cluster)> _unwritten = [];
    private readonly TextHasher _hasher = new();

    /// <summary>A composite begins to observe a cluster, unless it does already.</summary>
    /// <param name="plan">The composite.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="time">The time of the event, in ticks of UTC.</param>
    public void Begin(CompositePlan plan, string cluster, long time)
    {
        var key = (ScopeOf(plan), cluster);
        if (_starts.TryAdd(key, time))
        {
            _unwritten.Add(key);
        }
    }

    /// <summary>Since when a composite has observed a cluster, in ticks of UTC; null if it has not.</summary>
    public long? Of(CompositePlan plan, string cluster) => _starts.TryGetValue((ScopeOf(plan), cluster), out var start) ? start : null;

    /// <summary>Adds what has changed since the last call to what is committed.</summary>
    public void Record(StateChanges changes)
    {
        foreach (var (composite, cluster) in _unwritten)
        {
            var record = new ObservationStart(composite, cluster, _starts[(composite, cluster)]);
            changes.Put(StateTables.CompositeClusters, _hasher.Add(composite).Add(cluster).GetHashAndReset().ToString("x32", CultureInfo.InvariantCulture), JsonSerializer.SerializeToUtf8Bytes(record, ObservationStartJson.Default.ObservationStart));
        }

        _unwritten.Clear();
    }

    /// <summary>Goes on where the state was left.</summary>
    /// <param name="store">The state.</param>
    /// <param name="latest">No start is later than that, in ticks of UTC.</param>
    public void Restore(IStateStore store, long latest)
    {
        foreach (var row in store.Read(StateTables.CompositeClusters))
        {
            var record = JsonSerializer.Deserialize(row.Bytes("value").Span, ObservationStartJson.Default.ObservationStart)!;
            _starts[(record.Composite, record.Cluster)] = Math.Min(record.Ticks, latest);
        }
    }

    /// <summary>Takes over what others know, when detections change.</summary>
    public void Import(ObservationStarts previous)
    {
        foreach (var (key, start) in previous._starts)
        {
            _starts[key] = start;
        }

        _unwritten.UnionWith(previous._unwritten);
    }

    // A composite that asks for something else has to look anew.
    private static string ScopeOf(CompositePlan plan) =>
        $"{plan.Rule.Name}({string.Join(", ", plan.Parts[0].Rules.Select(rule => rule.Text).Concat(plan.Parts[0].Variables.Select(use => use.Field)))})";
}

/// <summary>A row of the state.</summary>
/// <param name="Composite">The composite, and what its first step asks for.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Ticks">Since when, in ticks of UTC.</param>
internal sealed record ObservationStart(string Composite, string Cluster, long Ticks);

/// <summary>The JSON of these records.</summary>
[JsonSerializable(typeof(ObservationStart))]
internal sealed partial class ObservationStartJson : JsonSerializerContext;
