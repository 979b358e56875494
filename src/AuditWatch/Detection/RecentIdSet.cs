namespace AuditWatch.Detection;

/// <summary>
/// A set of the ids that were added last, by which repeats are recognised. Of more than its capacity the oldest are evicted. Not thread-safe.
/// </summary>
/// <param name="capacity">The most ids held, at about 100 bytes each.</param>
internal sealed class RecentIdSet(int capacity)
{
    private readonly HashSet<UInt128> _ids = [];
    private readonly Queue<UInt128> _order = new();

    /// <summary>Adds an id.</summary>
    /// <returns>Whether it was not in the set.</returns>
    public bool Add(UInt128 id)
    {
        if (!_ids.Add(id))
        {
            return false;
        }

        _order.Enqueue(id);
        if (_order.Count > capacity)
        {
            _ids.Remove(_order.Dequeue());
        }

        return true;
    }
}
