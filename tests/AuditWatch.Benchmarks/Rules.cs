using System.Globalization;
using AuditWatch.Detection;
using AuditWatch.Detection.Indexing;
using AuditWatch.Detection.Matching;
using AuditWatch.Events;
using AuditWatch.Sources;
using static System.Diagnostics.Stopwatch;

namespace AuditWatch.Benchmarks;

/// <summary>Which detections cost most: for each, the events that it is shown, and what matching them and telling of matches takes, by the clock.</summary>
internal static class Rules
{
    /// <summary>Prints a line for each detection, the dearest first, after a round to warm up.</summary>
    /// <param name="file">A log.</param>
    /// <param name="folders">The detections.</param>
    public static async Task MeasureAsync(string file, IReadOnlyList<string> folders)
    {
        var detections = DetectionLoader.Load(folders, []);
        var carried = detections.CarriedFields();
        List<Cost> costs = [.. detections.Rules.Where(rule => rule.Search is not null).Select(rule => new Cost(new CompiledRule(rule, carried[rule.Name])))];
        await AddAsync(file, costs);
        costs.ForEach(cost => cost.Reset());
        var events = await AddAsync(file, costs);
        foreach (var cost in costs.OrderByDescending(cost => cost.Matching + cost.Telling))
        {
            Console.WriteLine(cost.Describe(events));
        }
    }

    private static async Task<long> AddAsync(string file, List<Cost> costs)
    {
        var disjuncts = costs.SelectMany(cost => Disjunct.Of(cost.Rule).Select(disjunct => (Cost: cost, Disjunct: disjunct))).ToList();
        var index = new RuleIndex([.. disjuncts.Select(one => one.Disjunct.Condition)]);
        var shown = RuleMask.Of(disjuncts, _ => true);
        var shownRequestReceived = RuleMask.Of(disjuncts, one => one.Cost.Rule.SeesRequestReceived);
        var candidates = new ulong[index.Words];
        var events = 0L;
        await using var stream = new FileStream(file, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });
        using var reader = new EventBatchReader(stream, new EventOrigin(file), TimeProvider.System) { FillsBatches = true };
        while (await reader.ReadAsync(CancellationToken.None) is { } batch)
        {
            for (var i = 0; i < batch.Count; i++, events++)
            {
                (batch[i].IsRequestReceived ? shownRequestReceived : shown).CopyTo(candidates.AsSpan());
                if (index.Narrow(batch[i], candidates))
                {
                    for (var place = RuleMask.RemoveFirst(candidates); place >= 0; place = RuleMask.RemoveFirst(candidates))
                    {
                        disjuncts[place].Cost.Add(disjuncts[place].Disjunct, batch[i]);
                    }
                }
            }

            batch.Dispose();
        }

        return events;
    }

    private sealed class Cost(CompiledRule rule)
    {
        private long _shown;
        private long _matched;

        public CompiledRule Rule => rule;

        public long Matching { get; private set; }

        public long Telling { get; private set; }

        public void Reset() => (_shown, _matched, Matching, Telling) = (0, 0, 0, 0);

        public void Add(Disjunct disjunct, in AuditEvent auditEvent)
        {
            var began = GetTimestamp();
            var matches = disjunct.Rest.Matches(new Subject(auditEvent));
            Matching += GetTimestamp() - began;
            _shown++;
            if (matches)
            {
                began = GetTimestamp();
                new Finding(rule, new MatchedEvent(auditEvent)).Materialize();
                Telling += GetTimestamp() - began;
                _matched++;
            }
        }

        public string Describe(long events) => string.Create(
            CultureInfo.InvariantCulture,
            $"{rule.Rule.Name,-40} shown {_shown,9:N0}, matched {_matched,9:N0}; ns an event: matching {Per(Matching, events),6:N1}, telling {Per(Telling, events),6:N1}; ns each: {Per(Matching, _shown),7:N0}, {Per(Telling, _matched),7:N0}");

        private static double Per(long ticks, long count) => count == 0 ? 0 : 1e9 * ticks / Frequency / count;
    }
}
