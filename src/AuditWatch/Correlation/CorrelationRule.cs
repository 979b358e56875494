using AuditWatch.Correlation.Measures;
using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;
using AuditWatch.Sharing;

namespace AuditWatch.Correlation;

/// <summary>
/// Evaluates one correlation, with a sliding window for each group. A condition that further findings cannot undo is evaluated as each finding arrives; any
/// other (<see cref="CorrelationDefinition.IsProvisional"/>) when the watermark has passed the end of the window. Not thread-safe.
/// </summary>
internal sealed class CorrelationRule
{
    /// <summary>The most groups held, at about 700 bytes each; of more, one of the account that holds the most findings is evicted, see <see cref="SharedMap{TValue}"/>. 100,000, or what there is memory for.</summary>
    public static readonly int MaxGroups = MemoryScale.Of(100_000);

    /// <summary>The most findings held in all groups together, at 48 bytes each; of more, a group is evicted likewise. 200,000, or what there is memory for.</summary>
    public static readonly int MaxFindings = MemoryScale.Of(200_000);

    /// <summary>The most findings held if they are held whole, at about 2 KB each: if the condition is provisional, or other correlations refer to this one. 50,000, or what there is memory for.</summary>
    public static readonly int MaxWholeFindings = MemoryScale.Of(50_000);

    private readonly DetectionRule _rule;
    private readonly CorrelationDefinition _definition;
    private readonly CorrelationSource[] _sources;
    private readonly CorrelationFindings _findings;
    private readonly CorrelationContext _context;
    private readonly bool _isReferredTo;
    private readonly bool _holdsWhole;
    private readonly RequestRingBuffer _requests = new();
    private readonly SharedMap<SlidingWindow> _groups;
    private readonly TextHasher _hasher = new();
    private readonly List<int> _reported = [];
    private int _held;
    private long _newest = long.MinValue;

    /// <param name="rule">The correlation.</param>
    /// <param name="sources">The rules that it refers to, in its order.</param>
    /// <param name="carried">The fields that correlations and composites which refer to this one read of its findings.</param>
    /// <param name="joined">The fields that composites compare.</param>
    /// <param name="isReferredTo">Whether other correlations refer to this one.</param>
    /// <param name="depth">See <see cref="Depth"/>.</param>
    /// <param name="context">What it shares with the other correlations of a correlator.</param>
    public CorrelationRule(DetectionRule rule, IEnumerable<DetectionRule> sources, string[] carried, string[] joined, bool isReferredTo, int depth, CorrelationContext context)
    {
        _rule = rule;
        _definition = rule.Correlation!;
        _sources = [.. sources.Select(source => new CorrelationSource(_definition, source))];
        _findings = new CorrelationFindings(rule, _sources, carried, joined, _requests);
        _context = context;
        _isReferredTo = isReferredTo;
        _holdsWhole = _isReferredTo || _definition.IsProvisional;
        _groups = new SharedMap<SlidingWindow>(MaxHeld / 100);
        Depth = depth;
    }

    /// <summary>The correlation's name.</summary>
    public string Name => _rule.Name;

    /// <summary>1 if it refers to no other correlation, otherwise one more than the greatest depth of those.</summary>
    public int Depth { get; }

    /// <summary>Counts a finding of one of its rules.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="source">The index of the rule among those that the correlation refers to.</param>
    /// <param name="time">The event time, in ticks of UTC.</param>
    /// <returns>The findings that the correlation makes now.</returns>
    public IReadOnlyList<CorrelationResult> Add(Finding finding, int source, long time)
    {
        if (!_sources[source].TryValueOf(finding, _hasher, out var value))
        {
            return [];
        }

        var group = _sources[source].GroupOf(finding, _hasher);
        var window = WindowOf(group, finding);
        if (IsLate(window, time))
        {
            _context.Metrics.Late(_rule, _context.Lateness);
            return [];
        }

        var entry = new WindowEntry
        {
            Time = time,
            Id = unchecked((ulong)finding.Id),
            Source = source,
            Value = value,
            Request = _requests.Add(finding.Request),
            Finding = _holdsWhole ? finding.MaterializeCounted() : null,
        };
        if (!window.TryInsert(entry, out var index))
        {
            _context.Metrics.Repeated(_rule);
            return [];
        }

        _held++;
        _newest = Math.Max(_newest, time);
        List<CorrelationResult>? results = null;
        if (_definition.IsProvisional)
        {
            _context.Pending.Add(this, window, time);
        }
        else
        {
            EvaluateAround(window, index, finding, source, ref results);
            window.Release(window.Newest - _context.Lateness.Ticks);
        }

        Trim(group, window);
        return results ?? [];
    }

    /// <summary>Evaluates a window that the watermark has passed.</summary>
    /// <param name="window">The window.</param>
    /// <param name="time">The instant that it ends with, in ticks of UTC.</param>
    /// <returns>The findings that the correlation makes now.</returns>
    public IReadOnlyList<CorrelationResult> EvaluatePending(SlidingWindow window, long time)
    {
        var end = window.IndexAfter(time) - 1;
        List<CorrelationResult>? results = null;
        if (end >= 0 && window[end] is { Finding: { } finding } entry && entry.Time == time)
        {
            Evaluate(window, end, finding, entry.Source, ref results);
        }

        window.EvaluatedTo = time;
        window.Release(time + 1);
        if (end + 1 < window.Count)
        {
            _context.Pending.Add(this, window, window[end + 1].Time);
        }

        return results ?? [];
    }

    // A finding is in its own window and in those that end within the timespan after it.
    private void EvaluateAround(SlidingWindow window, int index, Finding arrived, int source, ref List<CorrelationResult>? results)
    {
        if (!window.MayHoldAround(index))
        {
            return;
        }

        var behind = window[index].Time + _definition.Timespan.Ticks;
        for (var end = index; end < window.Count && window[end].Time < behind; end++)
        {
            end = window.LastOfInstant(end);
            Evaluate(window, end, arrived, source, ref results);
        }
    }

    private void Evaluate(SlidingWindow window, int end, Finding arrived, int source, ref List<CorrelationResult>? results)
    {
        _reported.Clear();
        var firing = window.Evaluate(end, _reported);
        if (firing == 0 && _reported.Count > 0)
        {
            // It joins a burst that was reported before.
            (results ??= []).Add(new(_findings.Make(arrived, source, window[_reported[0]].Time, window, _reported), IsAlert: true, Fires: false));
        }

        // The alert stands for all that is reported; correlations that refer to this one count each finding that fires.
        for (var i = end; i > end - (_isReferredTo ? firing : Math.Min(firing, 1)); i--)
        {
            var (latest, of) = window[i].Finding is { } kept ? (kept, window[i].Source) : (arrived, source);
            (results ??= []).Add(new(_findings.Make(latest, of, window[i].Time, window, _reported), IsAlert: _reported.Count > 0, Fires: true));
            _reported.Clear();
        }
    }

    private bool IsLate(SlidingWindow window, long time) => window.Count > 0
        && (_definition.IsProvisional ? time <= window.EvaluatedTo : time < window.Newest - _context.Lateness.Ticks);

    private int MaxHeld => _holdsWhole ? MaxWholeFindings : MaxFindings;

    // A group is theirs who have begun it.
    private SlidingWindow WindowOf(UInt128 group, Finding first)
    {
        if (!_groups.TryGet(group, out var window))
        {
            window = new SlidingWindow(_definition.Timespan.Ticks, _definition.Condition, Measure.For(_definition));
            _groups.Set(group, Sharer.Of(first.Cluster, first.User), window);
        }

        return window;
    }

    private void Trim(UInt128 group, SlidingWindow window)
    {
        var needed = _definition.Timespan.Ticks + _context.Lateness.Ticks;
        _held -= window.Trim((_definition.IsProvisional ? window.EarliestUnevaluated : window.Newest) - needed, out var evicted);
        _context.Metrics.Evicted(_rule, evicted);
        _groups.Weigh(group, window.Count);
        while (_groups.Count > MaxGroups || (_held > MaxHeld && _groups.Count > 1))
        {
            var spared = _groups.RemoveExpendable().Value;
            _held -= spared.Count;
            _context.Pending.Remove(spared);
            _context.Metrics.Evicted(_rule, spared.Newest < _newest - needed ? 0 : spared.Count);
        }
    }
}

/// <summary>What the correlations of one correlator share.</summary>
/// <param name="Lateness">The allowed lateness: how far behind the latest of its group, in event time, a finding may be to count.</param>
/// <param name="Pending">The windows that are evaluated once the watermark has passed them.</param>
/// <param name="Metrics">Counts late, repeated and evicted findings.</param>
internal sealed record CorrelationContext(TimeSpan Lateness, PendingWindows Pending, CorrelationMetrics Metrics);
