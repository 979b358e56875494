using AuditWatch.Correlation.Measures;
using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;

namespace AuditWatch.Correlation;

/// <summary>
/// One correlation at work: a sliding window for each group. A condition that further findings cannot undo is judged as each finding arrives; any other
/// only when a window is complete, which is the lateness bound after its end.
/// </summary>
internal sealed class CorrelationRule
{
    /// <summary>The most groups held, at about 350 bytes each; of more, the one that was fed longest ago leaves.</summary>
    public const int MaxGroups = 100_000;

    /// <summary>The most findings held in all groups together, at 48 bytes each; of more, the group that was fed longest ago leaves.</summary>
    public const int MaxFindings = 200_000;

    /// <summary>The same where findings are held whole, at about 2 KB each: if it is provisional, or others rest on it.</summary>
    public const int MaxWholeFindings = 50_000;

    private readonly DetectionRule _rule;
    private readonly CorrelationDefinition _definition;
    private readonly CorrelationSource[] _sources;
    private readonly CorrelationFindings _findings;
    private readonly CorrelationContext _context;
    private readonly bool _isReferredTo;
    private readonly bool _holdsWhole;
    private readonly RecentRequests _requests = new();
    private readonly Recent<SlidingWindow> _groups = new();
    private readonly Digest _digest = new();
    private readonly List<int> _told = [];
    private int _held;
    private long _newest = long.MinValue;

    /// <param name="rule">The correlation.</param>
    /// <param name="sources">The rules it refers to, in its order.</param>
    /// <param name="carried">The fields that correlations above it need of its findings.</param>
    /// <param name="depth">1 if it rests on no other correlation, and one more for each level of them.</param>
    /// <param name="context">What it shares with the other correlations.</param>
    public CorrelationRule(DetectionRule rule, IEnumerable<DetectionRule> sources, string[] carried, int depth, CorrelationContext context)
    {
        _rule = rule;
        _definition = rule.Correlation!;
        _sources = [.. sources.Select(source => new CorrelationSource(_definition, source))];
        _findings = new CorrelationFindings(rule, _sources, carried, _requests);
        _context = context;
        _isReferredTo = carried.Length > 0;
        _holdsWhole = _isReferredTo || _definition.IsProvisional;
        Depth = depth;
    }

    /// <summary>1 if it rests on no other correlation, and one more for each level of them.</summary>
    public int Depth { get; }

    /// <summary>Counts a finding.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="source">Which of the correlation's rules it is of.</param>
    /// <param name="time">The event time, in ticks of UTC.</param>
    /// <returns>What the correlation makes of it now.</returns>
    public IReadOnlyList<CorrelationResult> Add(Finding finding, int source, long time)
    {
        if (!_sources[source].TryValueOf(finding, _digest, out var value))
        {
            return [];
        }

        var window = WindowOf(_sources[source].GroupOf(finding, _digest));
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
            Request = _requests.Keep(finding.Request),
            Finding = _holdsWhole ? finding.Settled() : null,
        };
        if (!window.TryInsert(entry, out var index))
        {
            CorrelationMetrics.Repeated(_rule);
            return [];
        }

        _held++;
        _newest = Math.Max(_newest, time);
        List<CorrelationResult>? results = null;
        if (_definition.IsProvisional)
        {
            _context.Waiting.Add(this, window, time);
        }
        else
        {
            JudgeAround(window, index, finding, source, ref results);
            window.Release(window.Newest - _context.Lateness.Ticks);
        }

        Forget(window);
        return results ?? [];
    }

    /// <summary>Judges a window that has waited, at the instant it has waited for.</summary>
    public IReadOnlyList<CorrelationResult> JudgeWaiting(SlidingWindow window, long time)
    {
        var end = window.IndexAfter(time) - 1;
        List<CorrelationResult>? results = null;
        if (end >= 0 && window[end] is { Finding: { } finding } entry && entry.Time == time)
        {
            Judge(window, end, finding, entry.Source, ref results);
        }

        window.JudgedTo = time;
        window.Release(time + 1);
        if (end + 1 < window.Count)
        {
            _context.Waiting.Add(this, window, window[end + 1].Time);
        }

        return results ?? [];
    }

    // A finding is in its own window and in those that end within the timespan after it.
    private void JudgeAround(SlidingWindow window, int index, Finding arrived, int source, ref List<CorrelationResult>? results)
    {
        if (!window.MayHoldAround(index))
        {
            return;
        }

        var behind = window[index].Time + _definition.Timespan.Ticks;
        for (var end = index; end < window.Count && window[end].Time < behind; end++)
        {
            end = window.LastOfInstant(end);
            Judge(window, end, arrived, source, ref results);
        }
    }

    private void Judge(SlidingWindow window, int end, Finding arrived, int source, ref List<CorrelationResult>? results)
    {
        _told.Clear();
        var firing = window.Judge(end, _told);
        if (firing == 0 && _told.Count > 0)
        {
            // It joins those that have been told of already.
            (results ??= []).Add(new(_findings.Make(arrived, source, window[_told[0]].Time, window, _told), IsAlert: true, Fires: false));
        }

        // The alert is about all that is told; correlations above go by each finding that fires.
        for (var i = end; i > end - (_isReferredTo ? firing : Math.Min(firing, 1)); i--)
        {
            var (latest, of) = window[i].Finding is { } kept ? (kept, window[i].Source) : (arrived, source);
            (results ??= []).Add(new(_findings.Make(latest, of, window[i].Time, window, _told), IsAlert: _told.Count > 0, Fires: true));
            _told.Clear();
        }
    }

    private bool IsLate(SlidingWindow window, long time) => window.Count > 0
        && (_definition.IsProvisional ? time <= window.JudgedTo : time < window.Newest - _context.Lateness.Ticks);

    private SlidingWindow WindowOf(UInt128 group)
    {
        if (!_groups.TryGet(group, out var window))
        {
            window = new SlidingWindow(_definition.Timespan.Ticks, _definition.Condition, Measure.For(_definition));
            _groups.Set(group, window);
        }

        return window;
    }

    private void Forget(SlidingWindow window)
    {
        var needed = _definition.Timespan.Ticks + _context.Lateness.Ticks;
        _held -= window.Forget((_definition.IsProvisional ? window.EarliestUnjudged : window.Newest) - needed, out var beyondBound);
        _context.Metrics.Forgotten(_rule, beyondBound);
        while (_groups.Count > MaxGroups || (_held > (_holdsWhole ? MaxWholeFindings : MaxFindings) && _groups.Count > 1))
        {
            var oldest = _groups.RemoveOldest();
            _held -= oldest.Count;
            _context.Waiting.Remove(oldest);
            _context.Metrics.Forgotten(_rule, oldest.Newest < _newest - needed ? 0 : oldest.Count);
        }
    }
}
