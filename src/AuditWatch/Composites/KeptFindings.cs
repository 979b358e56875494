using System.Globalization;
using AuditWatch.Correlation;
using AuditWatch.Detection;
using AuditWatch.State;

namespace AuditWatch.Composites;

/// <summary>
/// The findings that facts of any composite wait with, each once, and what has to be written to keep them over a restart. One that nothing waits
/// with any more is gone. Not thread-safe.
/// </summary>
/// <param name="failures">Hears of those that cannot be written.</param>
internal sealed class KeptFindings(EventFailures failures)
{
    private readonly Dictionary<UInt128, KeptFinding> _byId = [];
    private readonly HashSet<KeptFinding> _unwritten = [];
    private readonly List<KeptFinding> _over = [];
    private readonly TextHasher _hasher = new();
    private long _next;

    /// <summary>All that wait, in the order of their arrival.</summary>
    public IEnumerable<KeptFinding> All => _byId.Values.OrderBy(kept => kept.Sequence);

    /// <summary>Admits a finding, so that facts can be made of it.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="time">When it counts as having happened, in ticks of UTC.</param>
    /// <param name="isShown">Whether people may be told of it.</param>
    /// <returns>Null if it waits already: it is a repeat.</returns>
    public KeptFinding? Admit(Finding finding, long time, bool isShown)
    {
        // A correlation's has no id of its own.
        var id = finding.Id != 0 ? finding.Id : IdOf(finding, time);
        return _byId.ContainsKey(id) ? null : new KeptFinding
        {
            Id = id,
            Finding = finding,
            IsShown = isShown,
            Time = time,
            Sequence = _next++,
            Account = finding.User,
        };
    }

    /// <summary>Admits a finding of what is awaited: if it waits already, because another composite could not decide yet, it is that one.</summary>
    public KeptFinding AdmitAwaited(Finding finding, long time) => _byId.TryGetValue(finding.Id, out var kept) ? kept : Admit(finding, time, isShown: true)!;

    /// <summary>Puts one back that was kept before a restart.</summary>
    public KeptFinding? Restore(string key, KeptRecord record, DetectionSet detections)
    {
        var sequence = long.Parse(key, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        _next = Math.Max(_next, sequence + 1);
        return record.Of(detections) is not { } finding ? null : new KeptFinding
        {
            Id = UInt128.Parse(record.Id, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            Finding = finding,
            IsShown = true,
            Time = record.Ticks,
            Sequence = sequence,
            Account = finding.User,
        };
    }

    /// <summary>Takes over what others keep, with the rules that the findings are of now; what is not used any more is over.</summary>
    /// <param name="others">Those that keep them until now.</param>
    /// <param name="detections">The rules.</param>
    /// <param name="use">Makes facts of one.</param>
    public void Import(KeptFindings others, DetectionSet detections, Action<KeptFinding> use)
    {
        _next = Math.Max(_next, others._next);
        foreach (var other in others.All.ToList())
        {
            if (detections.Find(other.Finding.Detection.Name) is { } rule)
            {
                use(new KeptFinding { Id = other.Id, Finding = other.Finding.With(detection: rule), IsShown = true, Time = other.Time, Sequence = other.Sequence, Account = other.Account });
            }
        }

        // Those that are the same have the same place in the state.
        _unwritten.RemoveWhere(kept => others._byId.TryGetValue(kept.Id, out var written) && !others._unwritten.Contains(written));
        _over.AddRange(others._over.Concat(others._byId.Values.Where(other => !_byId.ContainsKey(other.Id) && !others._unwritten.Contains(other))));
    }

    /// <summary>A fact begins to wait with it.</summary>
    /// <param name="kept">The finding.</param>
    /// <param name="isWritten">Whether it is in the state already.</param>
    public void Hold(KeptFinding kept, bool isWritten = false)
    {
        if (kept.Facts++ == 0)
        {
            kept.Finding = kept.IsShown ? kept.Finding.Materialize() : Values(kept.Finding);
            _byId[kept.Id] = kept;
            if (!isWritten)
            {
                _unwritten.Add(kept);
            }
        }
    }

    /// <summary>A fact waits with it no longer.</summary>
    public void Release(KeptFinding kept)
    {
        if (--kept.Facts == 0)
        {
            _byId.Remove(kept.Id);
            if (!_unwritten.Remove(kept))
            {
                _over.Add(kept);
            }
        }
    }

    /// <summary>Adds what has changed since the last call to what is committed.</summary>
    public void Record(StateChanges changes)
    {
        foreach (var kept in _over)
        {
            changes.Delete(StateTables.CompositeFindings, KeyOf(kept));
        }

        foreach (var kept in _unwritten)
        {
            try
            {
                changes.Put(StateTables.CompositeFindings, KeyOf(kept), KeptRecord.From(kept).Write());
            }
            catch (Exception problem)
            {
                failures.Add("state", kept.Finding, problem);
            }
        }

        _over.Clear();
        _unwritten.Clear();
    }

    private static Finding Values(Finding finding) => new()
    {
        Id = finding.Id,
        Detection = finding.Detection,
        Request = new RequestSnapshot { User = finding.User },
        Time = finding.Time,
        Actor = "",
        Cluster = finding.Cluster,
        Summary = "",
        Dedup = [],
        Values = finding.Values,
        Why = [],
    };

    private static string KeyOf(KeptFinding kept) => kept.Sequence.ToString("x16", CultureInfo.InvariantCulture);

    private UInt128 IdOf(Finding finding, long time)
    {
        _hasher.Add(finding.Detection.Name).Add(finding.Cluster).Add(time.ToString(CultureInfo.InvariantCulture));
        foreach (var (_, value) in finding.Dedup)
        {
            _hasher.Add(value);
        }

        return _hasher.GetHashAndReset();
    }
}
