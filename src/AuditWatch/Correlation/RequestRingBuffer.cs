using AuditWatch.Detection;
using AuditWatch.Sharing;

namespace AuditWatch.Correlation;

/// <summary>
/// A ring buffer of the requests of the latest findings that one correlation counted: of 4,096, about 4 MB when full, or what there is memory for. Windows refer to requests by number, so that
/// a window of ten thousand findings does not hold them all: of a request that was overwritten, only its time is known. Not thread-safe.
/// </summary>
internal sealed class RequestRingBuffer
{
    private static readonly int Capacity = MemoryScale.Of(4096);

    private readonly RequestSnapshot[] _ring = new RequestSnapshot[Capacity];
    private long _next;

    /// <summary>Adds a request, overwriting the oldest if the buffer is full.</summary>
    /// <returns>The number of the request.</returns>
    public long Add(RequestSnapshot request)
    {
        _ring[_next % Capacity] = request;
        return _next++;
    }

    /// <summary>The request of that number; null if it was overwritten.</summary>
    public RequestSnapshot? Find(long number) => number + Capacity >= _next ? _ring[number % Capacity] : null;
}
