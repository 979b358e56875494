using AuditWatch.Alerts;
using AuditWatch.Composites;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.Processing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.RuleTesting;

/// <summary>
/// Takes a log of the past through two sets of detections side by side, the one that runs now and the one that would run, each through stages of its own as in a
/// scan. One thread at a time, batch after batch, except <see cref="LookAhead"/>.
/// </summary>
internal sealed class Backtest
{
    /// <summary>How many events are not measured, because code is still being compiled.</summary>
    public const int WarmUp = 20_000;

    private readonly Side _now;
    private readonly Side _then;
    private readonly NearMisses _near;
    private int _looks;

    /// <summary>Begins a comparison.</summary>
    /// <param name="now">The detections that run.</param>
    /// <param name="then">Those that would run instead.</param>
    /// <param name="changed">Those of the latter whose near misses are of interest.</param>
    /// <param name="loggers">Hear of what the stages of the latter have to say.</param>
    /// <param name="time">The clock of the cost: work begins and ends on one thread, so it may be <see cref="ProcessorTime"/>.</param>
    public Backtest(DetectionSet now, DetectionSet then, IEnumerable<DetectionRule> changed, ILoggerFactory loggers, TimeProvider time)
    {
        _now = new Side(now, NullLoggerFactory.Instance, time);
        _then = new Side(then, loggers, time);
        _near = new NearMisses(changed);
    }

    /// <summary>The alerts of the set that runs.</summary>
    public IReadOnlyCollection<Alert> Now => _now.Alerts.Values;

    /// <summary>The alerts of the set that would run.</summary>
    public IReadOnlyCollection<Alert> Then => _then.Alerts.Values;

    /// <summary>How many events there were.</summary>
    public long Events { get; private set; }

    /// <summary>When the first of them was, of those from <see cref="Since"/> on; null if there was none.</summary>
    public DateTimeOffset? First { get; private set; }

    /// <summary>When the last of them was.</summary>
    public DateTimeOffset? Last { get; private set; }

    /// <summary>From when on near misses and the time that was looked at count. What was before is read too: windows and what was learnt depend on it. Default: from the beginning.</summary>
    public DateTimeOffset Since { get; init; } = DateTimeOffset.MinValue;

    /// <summary>The time of a core that the set which runs takes for an event; null after fewer than twice <see cref="WarmUp"/> events.</summary>
    public TimeSpan? CostNow => CostOf(_now);

    /// <summary>The time of a core that the set which would run takes for an event; null after fewer than twice <see cref="WarmUp"/> events.</summary>
    public TimeSpan? CostThen => CostOf(_then);

    /// <summary>The events from <see cref="Since"/> on that the changed rules nearly matched.</summary>
    public IReadOnlyList<NearMiss> NearMisses => _near.Found;

    /// <summary>What stories of the set that would run lack, in words: see <see cref="CompositeStage.Missing"/>.</summary>
    /// <param name="except">The composites to leave out, by name.</param>
    public IReadOnlyList<string> MissingSteps(IReadOnlySet<string> except) => _then.Stages.Composites.Missing(except);

    /// <summary>See <see cref="DetectionEngine.LookAhead"/>. Called by any thread.</summary>
    public void LookAhead(EventBatch batch)
    {
        // What one side has read of a body the other need not read again: each is the first to look as often as the other.
        var (first, second) = Interlocked.Increment(ref _looks) % 2 == 0 ? (_now, _then) : (_then, _now);
        first.LookAhead(batch);
        second.LookAhead(batch);
    }

    /// <summary>Takes a batch through both.</summary>
    /// <returns>What it came to with the set that would run; whoever gets it disposes of the batch.</returns>
    public BatchOutcome Process(EventBatch batch)
    {
        Events += batch.Count;
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i].Time is var time && time >= Since)
            {
                First = First < time ? First : time;
                Last = Last > time ? Last : time;
                _near.See(batch[i]);
            }
        }

        _now.Run(processor => processor.Process(batch), batch.Count);
        return _then.Run(processor => processor.Process(batch), batch.Count);
    }

    /// <summary>Says that the log has come to its end.</summary>
    /// <returns>What that came to with the set that would run.</returns>
    public BatchOutcome Complete()
    {
        using var end = _now.Run(processor => processor.Complete()).Batch;
        return _then.Run(processor => processor.Complete());
    }

    private TimeSpan? CostOf(Side side) => Events >= 2 * WarmUp ? side.CostOfEvent : null;

    private sealed class Side
    {
        private readonly BatchProcessor _processor;
        private readonly TimeProvider _time;
        private long _looked;
        private long _lookedAt;
        private long _processed;
        private long _processedAt;

        public Side(DetectionSet detections, ILoggerFactory loggers, TimeProvider time)
        {
            var failures = new EventFailures(loggers.CreateLogger<EventFailures>());
            _time = time;
            Stages = DetectionStages.For(detections, loggers, failures: failures);
            _processor = BatchProcessor.ForLog(Stages, loggers.CreateLogger<BatchProcessor>(), failures);
        }

        public DetectionStages Stages { get; }

        public Dictionary<string, Alert> Alerts { get; } = new(StringComparer.Ordinal);

        public TimeSpan CostOfEvent => Each(_looked, _lookedAt) + Each(_processed, _processedAt);

        public void LookAhead(EventBatch batch)
        {
            var began = _time.GetTimestamp();
            Stages.Engine.LookAhead(batch);
            Add(ref _looked, ref _lookedAt, batch.Count, began);
        }

        public BatchOutcome Run(Func<BatchProcessor, BatchOutcome> work, int events = 0)
        {
            var began = _time.GetTimestamp();
            var outcome = work(_processor);
            Add(ref _processed, ref _processedAt, events, began);
            foreach (var change in outcome.Changes)
            {
                Alerts[change.Alert.Id] = change.Alert;
            }

            return outcome;
        }

        // Time spent, and on how many events, without those of the warm-up.
        private void Add(ref long spent, ref long events, int more, long began)
        {
            if (Interlocked.Add(ref events, more) - more >= WarmUp)
            {
                Interlocked.Add(ref spent, _time.GetTimestamp() - began);
            }
        }

        private TimeSpan Each(long spent, long events) => _time.GetElapsedTime(0, spent) / Math.Max(1, events - WarmUp);
    }
}
