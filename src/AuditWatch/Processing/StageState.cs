using System.Globalization;
using System.Runtime.InteropServices;
using AuditWatch.Correlation.FirstSeen;
using AuditWatch.Detection;
using AuditWatch.State;

namespace AuditWatch.Processing;

/// <summary>
/// What the stages before alerts remember, in the state: which requests have been found, what correlations have counted, what composites wait with, what firstSeen has learnt. A
/// correlation's windows are not kept as they are: the findings that went into them are, batch by batch, and are counted again after a restart.
/// Bounded as the stages themselves are. Not thread-safe.
/// </summary>
/// <param name="store">The state.</param>
internal sealed class StageState(IStateStore store)
{
    /// <summary>The most findings that are kept for correlations, at about 1 KB each; of more, the oldest batches are forgotten.</summary>
    public const int MaxCorrelated = 100_000;

    /// <summary>The most of one actor of a cluster: more than any correlation that people write counts. What is beyond that counts, but not after a restart.</summary>
    internal const int MaxOfActor = 2_000;

    private readonly Queue<(string Key, int Count)> _requests = new();
    private readonly Queue<(string Key, Dictionary<(string Cluster, string Actor), int> Counts, DateTimeOffset Newest)> _findings = new();
    private readonly Dictionary<(string Cluster, string Actor), int> _ofActor = [];
    private long _next;
    private int _requestCount;
    private int _findingCount;
    private DateTimeOffset _newest = DateTimeOffset.MinValue;
    private TimeSpan _countsFor;

    /// <summary>Adds what a batch has taught the stages to what is committed with it.</summary>
    /// <param name="outcome">What came of the batch.</param>
    /// <param name="changes">Takes what is to be committed.</param>
    /// <param name="failures">Hears of findings that cannot be written.</param>
    public void Record(BatchOutcome outcome, StateChanges changes, EventFailures failures)
    {
        if (outcome.Batch.Checkpoint is { } checkpoint)
        {
            changes.Put(StateTables.Checkpoints, checkpoint.Key, checkpoint.Value);
        }

        foreach (var start in outcome.Learnt.LearningStarts)
        {
            changes.Put(StateTables.FirstSeenClusters, FirstSeenRecords.KeyOf(start), FirstSeenRecords.Write(start));
        }

        foreach (var combination in outcome.Learnt.Combinations)
        {
            changes.Put(StateTables.FirstSeen, FirstSeenRecords.KeyOf(combination.Scope, combination.Key), FirstSeenRecords.Write(combination));
        }

        foreach (var (scope, key) in outcome.Learnt.Evicted)
        {
            changes.Delete(StateTables.FirstSeen, FirstSeenRecords.KeyOf(scope, key));
        }

        outcome.Composites?.Record(changes);
        if (outcome.Found.Count > 0)
        {
            KeepRequests(outcome, changes);
        }

        // Without a record of what was judged because time has passed, a restart would judge the same windows again.
        if (outcome.Correlated.Count > 0 || outcome.Findings.Any(finding => finding.Detection.Correlation is not null))
        {
            KeepFindings(outcome, changes, failures);
        }
    }

    /// <summary>What a source was told to remember last.</summary>
    /// <param name="key">The checkpoint's key.</param>
    public ReadOnlyMemory<byte>? CheckpointOf(string key) =>
        store.Find(StateTables.Checkpoints, [key]) is [var row] ? row.Bytes("value") : null;

    /// <summary>
    /// Gives stages that know nothing everything that was kept; once, before the first batch. What is from a later time than it is now, because the clock has been set back since, counts as of now:
    /// nothing waits for that time to come again.
    /// </summary>
    /// <param name="stages">The stages.</param>
    /// <param name="now">The time.</param>
    public void Restore(DetectionStages stages, DateTimeOffset now)
    {
        stages.FirstSeen.Import(new FirstSeenState(
            [.. store.Read(StateTables.FirstSeenClusters).Select(row => FirstSeenRecords.ReadStart(row.Bytes("value"))).Select(start => start with { Since = Earlier(start.Since, now) })],
            [.. store.Read(StateTables.FirstSeen).Select(row => FirstSeenRecords.ReadCombination(row.Bytes("value"))).Select(combination => combination with { LastMet = Earlier(combination.LastMet, now) }).OrderBy(combination => combination.LastMet)]));
        stages.Composites.Restore(store, now);
        foreach (var row in store.Read(StateTables.SeenRequests))
        {
            var requests = MemoryMarshal.Cast<byte, UInt128>(row.Bytes("value").Span);
            stages.Engine.Restore(requests);
            Remember(row.Text("key"), requests.Length);
        }

        foreach (var row in store.Read(StateTables.Counted))
        {
            Remember(row.Text("key"), BatchRecord.Read(row.Bytes("value")), now);
        }

        RestoreWindows(stages, now);
    }

    /// <summary>Gives a correlator that has counted nothing the findings that were kept: after a restart, or a change of detections.</summary>
    /// <param name="stages">The stages.</param>
    /// <param name="now">The time.</param>
    public void RestoreWindows(DetectionStages stages, DateTimeOffset now)
    {
        _countsFor = stages.Correlator.CountsFor;
        foreach (var row in store.Read(StateTables.Counted))
        {
            // What comes out has been told before.
            var batch = BatchRecord.Read(row.Bytes("value"));
            var receivedAt = Earlier(batch.ReceivedAt, now);
            stages.Correlator.Correlate([.. batch.Correlated.Select(finding => finding.Of(stages.Detections)).OfType<Finding>()], receivedAt);
            if (batch.PassedTo is { } time)
            {
                stages.Correlator.AdvanceWatermark(time, receivedAt);
            }
        }

        stages.Correlator.DrainFired();
    }

    private void KeepRequests(BatchOutcome outcome, StateChanges changes)
    {
        var requests = new UInt128[outcome.Found.Count];
        for (var i = 0; i < requests.Length; i++)
        {
            requests[i] = outcome.Found[i].Id;
        }

        var key = NextKey();
        changes.Put(StateTables.SeenRequests, key, MemoryMarshal.AsBytes(requests.AsSpan()).ToArray());
        Remember(key, requests.Length);
        while (_requestCount - _requests.Peek().Count >= DetectionEngine.DeduplicationCapacity)
        {
            changes.Delete(StateTables.SeenRequests, _requests.Peek().Key);
            _requestCount -= _requests.Dequeue().Count;
        }
    }

    private void KeepFindings(BatchOutcome outcome, StateChanges changes, EventFailures failures)
    {
        var records = new List<FindingRecord>(outcome.Correlated.Count);
        var counts = new Dictionary<(string Cluster, string Actor), int>();
        foreach (var finding in outcome.Correlated)
        {
            try
            {
                var actor = (finding.Cluster, finding.Actor);
                var count = counts.GetValueOrDefault(actor);
                if (_ofActor.GetValueOrDefault(actor) + count < MaxOfActor)
                {
                    records.Add(FindingRecord.From(finding));
                    counts[actor] = count + 1;
                }
            }
            catch (Exception problem)
            {
                failures.Add("state", finding, problem);
            }
        }

        var batch = new BatchRecord(outcome.Batch.ReceivedAt, outcome.Batch.Count > 0 ? outcome.Batch[^1].Time : null, records);
        var key = NextKey();
        changes.Put(StateTables.Counted, key, batch.Write());
        Remember(key, batch, DateTimeOffset.MaxValue);
        var horizon = _newest - DateTimeOffset.MinValue > _countsFor ? _newest - _countsFor : DateTimeOffset.MinValue;
        while (_findings.TryPeek(out var oldest) && (oldest.Newest < horizon || _findingCount > MaxCorrelated))
        {
            changes.Delete(StateTables.Counted, oldest.Key);
            foreach (var (actor, count) in _findings.Dequeue().Counts)
            {
                Count(actor, -count);
            }
        }
    }

    private void Remember(string key, int requests)
    {
        _requests.Enqueue((key, requests));
        _requestCount += requests;
        GoOnAfter(key);
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private void Remember(string key, BatchRecord batch, DateTimeOffset now)
    {
        var newest = Earlier(batch.Correlated.Select(finding => finding.Time).Append(batch.PassedTo ?? DateTimeOffset.MinValue).Max(), now);
        _newest = newest > _newest ? newest : _newest;
        var counts = batch.Correlated.CountBy(finding => (finding.Cluster, finding.Actor)).ToDictionary();
        _findings.Enqueue((key, counts, newest));
        foreach (var (actor, count) in counts)
        {
            Count(actor, count);
        }

        GoOnAfter(key);
    }

    private void Count((string Cluster, string Actor) actor, int change)
    {
        _findingCount += change;
        var count = _ofActor.GetValueOrDefault(actor) + change;
        if (count == 0)
        {
            _ofActor.Remove(actor);
        }
        else
        {
            _ofActor[actor] = count;
        }
    }

    // Keys rise in the order of the batches.
    private string NextKey() => _next.ToString("x16", CultureInfo.InvariantCulture);

    private void GoOnAfter(string key) => _next = Math.Max(_next, long.Parse(key, NumberStyles.HexNumber, CultureInfo.InvariantCulture) + 1);
}
