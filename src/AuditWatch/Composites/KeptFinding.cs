using AuditWatch.Detection;

namespace AuditWatch.Composites;

/// <summary>A finding that steps of composites wait with, kept once however many they are.</summary>
internal sealed class KeptFinding
{
    /// <summary>Tells it from every other, and is the same if it is found again.</summary>
    public required UInt128 Id { get; init; }

    /// <summary>The finding, settled once it is kept beyond its batch.</summary>
    public required Finding Finding { get; set; }

    /// <summary>Whether people may be told of it; of what must not be only the values are kept.</summary>
    public required bool IsShown { get; init; }

    /// <summary>The event time, in ticks of UTC.</summary>
    public required long Time { get; init; }

    /// <summary>Its place in the order of arrival.</summary>
    public required long Sequence { get; init; }

    /// <summary>Who is authenticated, whomever they act as: it is they who can flood.</summary>
    public required string Account { get; init; }

    /// <summary>The cluster.</summary>
    public string Cluster => Finding.Cluster;

    /// <summary>The composites that have awaited it: to these it is a repeat. Null if none has.</summary>
    public List<CompositeRule>? AwaitedBy { get; set; }

    /// <summary>How many facts wait with it.</summary>
    public int Facts { get; set; }
}
