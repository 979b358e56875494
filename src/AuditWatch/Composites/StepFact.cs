using System.Runtime.CompilerServices;

namespace AuditWatch.Composites;

/// <summary>A finding as one step of one composite: the fact that NRules joins. Facts are equal only to themselves.</summary>
internal sealed class StepFact
{
    /// <summary>Which step, by its place among the composite's <see cref="Detection.Sigma.CompositeDefinition.Parts"/>.</summary>
    public required int Step { get; init; }

    /// <summary>The event time, in ticks of UTC.</summary>
    public required long Time { get; init; }

    /// <summary>The values of the fields that the step joins by, place by place; of one that binds a variable which others compare, a single value.</summary>
    public required IReadOnlyList<string>[] Values { get; init; }

    /// <summary>The finding.</summary>
    public required KeptFinding Source { get; init; }

    /// <summary>The place of the finding in the order of arrival.</summary>
    public long Sequence => Source.Sequence;

    /// <summary>The event time from which on nothing can come that it would be needed for.</summary>
    public long Expires { get; set; }

    /// <summary>Whether it is among those that wait.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Whether requests are looked for because of it.</summary>
    public bool Awaits { get; set; }

    /// <summary>The search that has come across it last.</summary>
    public int Search { get; set; }

    /// <summary>The fact of the same account that began to wait before it; null if there is none.</summary>
    public StepFact? Older { get; set; }

    /// <summary>The fact of the same account that began to wait after it; null if there is none.</summary>
    public StepFact? Newer { get; set; }

    /// <summary>What it has in common with those that are the same for every join but for their time.</summary>
    public FactLikeness Likeness => new(this);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
}
