using AuditWatch.Detection;

namespace AuditWatch.Correlation;

/// <summary>What is kept of a finding in a window: 48 bytes, whatever the finding was.</summary>
internal struct WindowEntry
{
    /// <summary>The event time, in ticks of UTC.</summary>
    public required long Time { get; init; }

    /// <summary>Tells the finding from others of its rule; 0 if nobody knows.</summary>
    public required ulong Id { get; init; }

    /// <summary>Which of the correlation's rules it is of.</summary>
    public required int Source { get; init; }

    /// <summary>What is counted or measured: a hash of the values, or the number in millionths.</summary>
    public required long Value { get; init; }

    /// <summary>The number of its request among the <see cref="RecentRequests"/>.</summary>
    public required long Request { get; init; }

    /// <summary>The finding itself, for as long as the threshold may turn out to have stood reached at it; null if nobody would need it then.</summary>
    public Finding? Finding { get; set; }

    /// <summary>Whether it has been counted in a finding of the correlation.</summary>
    public bool IsTold { get; set; }

    /// <summary>Whether the condition holds for the window that ends with it.</summary>
    public bool Fires { get; set; }
}
