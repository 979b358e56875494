namespace AuditWatch.Composites;

/// <summary>What a fact has in common with those that differ from it in time alone: the step, the cluster, the account, and the values it is joined by. Equal if all of these are. Immutable.</summary>
/// <param name="fact">The fact.</param>
internal readonly struct FactLikeness(StepFact fact) : IEquatable<FactLikeness>
{
    private readonly int _step = fact.Step;
    private readonly string _cluster = fact.Source.Cluster;
    private readonly string _account = fact.Source.Account;
    private readonly IReadOnlyList<string>[] _values = fact.Values;

    /// <inheritdoc/>
    public bool Equals(FactLikeness other)
    {
        if (_step != other._step || _cluster != other._cluster || _account != other._account)
        {
            return false;
        }

        for (var i = 0; i < _values.Length; i++)
        {
            if (!ReferenceEquals(_values[i], other._values[i]) && !_values[i].SequenceEqual(other._values[i], StringComparer.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FactLikeness other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(_step);
        hash.Add(_cluster);
        hash.Add(_account);
        foreach (var values in _values)
        {
            for (var i = 0; i < values.Count; i++)
            {
                hash.Add(values[i]);
            }
        }

        return hash.ToHashCode();
    }
}
