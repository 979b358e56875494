using AuditWatch.Detection;

namespace AuditWatch.Correlation;

/// <summary>
/// The requests of the latest findings, by number. A window of ten thousand findings refers to them and does not hold them: of those that have been
/// overwritten only count and times are known. A group that fires has at least its latest request.
/// </summary>
internal sealed class RecentRequests
{
    // About 4 MB when full.
    private const int Capacity = 4096;

    private readonly RequestSnapshot[] _ring = new RequestSnapshot[Capacity];
    private long _next;

    /// <summary>Keeps a request for as long as no more than the capacity follow.</summary>
    /// <returns>Its number.</returns>
    public long Keep(RequestSnapshot request)
    {
        _ring[_next % Capacity] = request;
        return _next++;
    }

    /// <summary>The request of a number, or null if it has been overwritten.</summary>
    public RequestSnapshot? Find(long number) => number + Capacity >= _next ? _ring[number % Capacity] : null;
}
