namespace AuditWatch.Detection;

/// <summary>
/// Remembers which detection has matched which request, so that the stages and repeats of one request count once.
/// Bounded: of more than its capacity the oldest are forgotten. Not thread-safe.
/// </summary>
/// <param name="capacity">How many matches it remembers.</param>
internal sealed class RequestMemory(int capacity)
{
    private readonly HashSet<UInt128> _known = [];
    private readonly Queue<UInt128> _order = new();

    /// <summary>Remembers a match.</summary>
    /// <param name="id">Tells the match from every other: see <see cref="FindingId"/>.</param>
    /// <returns>Whether it is new.</returns>
    public bool Add(UInt128 id)
    {
        if (!_known.Add(id))
        {
            return false;
        }

        _order.Enqueue(id);
        if (_order.Count > capacity)
        {
            _known.Remove(_order.Dequeue());
        }

        return true;
    }
}
