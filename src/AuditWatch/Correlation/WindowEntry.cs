using AuditWatch.Detection;

namespace AuditWatch.Correlation;

/// <summary>A finding in a sliding window, in 48 bytes.</summary>
internal struct WindowEntry
{
    /// <summary>The event time, in ticks of UTC.</summary>
    public required long Time { get; init; }

    /// <summary>The lower half of the finding's id; 0 if it has none.</summary>
    public required ulong Id { get; init; }

    /// <summary>The index of its rule among those that the correlation refers to.</summary>
    public required int Source { get; init; }

    /// <summary>What is counted or measured: a hash of values, or a number in millionths.</summary>
    public required long Value { get; init; }

    /// <summary>The number of its request in the <see cref="RequestRingBuffer"/>.</summary>
    public required long Request { get; init; }

    /// <summary>The finding itself, as long as it may come to fire; null afterwards, or if it is not needed then.</summary>
    public Finding? Finding { get; set; }

    /// <summary>Whether a finding of the correlation has stood for it.</summary>
    public bool IsReported { get; set; }

    /// <summary>Whether the condition holds for the window that ends with it.</summary>
    public bool Fires { get; set; }
}
