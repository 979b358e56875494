namespace AuditWatch.Composites;

/// <summary>
/// The stories of one composite that a further finding could still undo: each is searched for again, from its last fact, once the watermark of its
/// cluster has passed the time from which on none can. Those of facts that wait no longer are let go once they are many. Not thread-safe.
/// </summary>
internal sealed class RipeningStories(StepLifetimes lifetimes)
{
    private static readonly int MaxQueued = 2 * CompositeRule.MaxPositive;

    private readonly Dictionary<string, PriorityQueue<StepFact, long>> _queues = new(StringComparer.Ordinal);
    private readonly HashSet<(StepFact Fact, long Ripe)> _queued = [];

    /// <summary>Whether nothing can undo the story any more; if something can, it will be due.</summary>
    /// <param name="story">A fact for each step that must have a finding.</param>
    /// <param name="watermark">How far its cluster has come, in ticks of UTC.</param>
    public bool IsRipe(StepFact[] story, long watermark)
    {
        var ripe = lifetimes.Ripe(story);
        if (ripe <= watermark)
        {
            return true;
        }

        var cluster = story[0].Source.Cluster;
        if (!_queues.TryGetValue(cluster, out var queue))
        {
            _queues[cluster] = queue = new PriorityQueue<StepFact, long>();
        }

        if (_queued.Add((story[^1], ripe)))
        {
            queue.Enqueue(story[^1], ripe);
        }

        if (queue.Count > MaxQueued)
        {
            _queued.RemoveWhere(one => !one.Fact.IsWaiting);
            _queues[cluster] = new PriorityQueue<StepFact, long>(queue.UnorderedItems.Where(one => one.Element.IsWaiting));
        }

        return false;
    }

    /// <summary>The last facts, still waiting, of stories that nothing can undo any more, in the order in which they happened. Each is due once.</summary>
    /// <param name="watermarks">How far the clusters have come.</param>
    public List<StepFact> Due(Watermarks watermarks)
    {
        var all = new List<StepFact>();
        foreach (var (cluster, queue) in _queues)
        {
            var due = new HashSet<StepFact>();
            while (queue.TryPeek(out var fact, out var ripe) && ripe <= watermarks.Of(cluster))
            {
                queue.Dequeue();
                _queued.Remove((fact, ripe));
                if (fact.IsWaiting)
                {
                    due.Add(fact);
                }
            }

            all.AddRange(due.OrderBy(fact => fact.Time).ThenBy(fact => fact.Sequence));
        }

        return all;
    }
}
