using System.Buffers;

namespace AuditWatch.Composites;

/// <summary>
/// The facts of one composite and cluster that wait, by the account that they count to and by when they expire. Adding and removing one takes about the same time however many there are. Not thread-safe.
/// </summary>
internal sealed class ClusterFacts
{
    private readonly Dictionary<string, Account> _accounts = new(StringComparer.Ordinal);

    // Of each number of facts, the accounts that have as many; those that have had as many for longest come first.
    private readonly List<LinkedList<Account>> _byCount = [new()];

    // Facts that had to go stay in it until they are found to be gone.
    private readonly PriorityQueue<StepFact, long> _expiring = new();

    // A flood of accounts that come and go would leave the collector an object for each.
    private readonly Stack<Account> _spare = new();
    private int _most;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>All that wait, those of an account in the order of their arrival.</summary>
    public IEnumerable<StepFact> All
    {
        get
        {
            foreach (var account in _accounts.Values)
            {
                for (var fact = account.Oldest; fact is not null; fact = fact.Newer)
                {
                    yield return fact;
                }
            }
        }
    }

    /// <summary>The oldest fact of the account that has most. Of several with as many it is not by their names: those are chosen by whoever has many accounts.</summary>
    public StepFact OldestOfMost => _byCount[_most].First!.Value.Oldest!;

    /// <summary>A fact begins to wait.</summary>
    public void Add(StepFact fact)
    {
        Count++;
        if (!_accounts.TryGetValue(fact.Source.Account, out var account))
        {
            _accounts[fact.Source.Account] = account = _spare.TryPop(out var spare) ? spare : new Account();
        }

        account.Add(fact);
        Recount(account, 1);
        Await(fact, fact.Expires);
    }

    /// <summary>A fact waits no longer.</summary>
    public void Remove(StepFact fact)
    {
        Count--;
        var account = _accounts[fact.Source.Account];
        account.Remove(fact);
        Recount(account, -1);
        if (account.Oldest is null)
        {
            _accounts.Remove(fact.Source.Account);
            _spare.Push(account);
        }
    }

    /// <summary>Takes a fact that expires before a time out of their order: who gets one removes it, or lets it go on waiting by <see cref="Await"/>.</summary>
    /// <param name="now">The time, in ticks of UTC.</param>
    /// <param name="fact">The fact.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryTakeExpired(long now, out StepFact fact)
    {
        while (_expiring.TryPeek(out fact!, out var expires) && expires < now)
        {
            _expiring.Dequeue();
            if (fact.IsWaiting)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A fact that was taken goes on waiting.</summary>
    /// <param name="fact">The fact.</param>
    /// <param name="until">Until when, in ticks of UTC.</param>
    public void Await(StepFact fact, long until)
    {
        _expiring.Enqueue(fact, until);
        if (_expiring.Count > 2 * Count)
        {
            var waiting = ArrayPool<(StepFact, long)>.Shared.Rent(_expiring.Count);
            var count = 0;
            foreach (var one in _expiring.UnorderedItems)
            {
                if (one.Element.IsWaiting)
                {
                    waiting[count++] = one;
                }
            }

            _expiring.Clear();
            _expiring.EnqueueRange(new ArraySegment<(StepFact, long)>(waiting, 0, count));
            ArrayPool<(StepFact, long)>.Shared.Return(waiting, clearArray: true);
        }
    }

    private void Recount(Account account, int change)
    {
        if (account.Count > 0)
        {
            _byCount[account.Count].Remove(account.Place);
        }

        account.Count += change;
        if (account.Count == _byCount.Count)
        {
            _byCount.Add(new());
        }

        if (account.Count > 0)
        {
            _byCount[account.Count].AddLast(account.Place);
        }

        _most = Math.Max(_most, account.Count);
        while (_most > 0 && _byCount[_most].Count == 0)
        {
            _most--;
        }
    }

    /// <summary>The facts of an account, in the order in which they came.</summary>
    private sealed class Account
    {
        public Account() => Place = new LinkedListNode<Account>(this);

        public LinkedListNode<Account> Place { get; }

        public int Count { get; set; }

        public StepFact? Oldest { get; private set; }

        private StepFact? Newest { get; set; }

        public void Add(StepFact fact)
        {
            (fact.Older, Newest) = (Newest, fact);
            _ = fact.Older is null ? Oldest = fact : fact.Older.Newer = fact;
        }

        public void Remove(StepFact fact)
        {
            _ = fact.Older is null ? Oldest = fact.Newer : fact.Older.Newer = fact.Newer;
            _ = fact.Newer is null ? Newest = fact.Older : fact.Newer.Older = fact.Older;
            (fact.Older, fact.Newer) = (null, null);
        }
    }
}
