using System.Collections;

namespace AuditWatch.Alerts;

/// <summary>Conditions on labels, all of which have to hold. In one order, however they were written. Immutable and thread-safe.</summary>
public sealed class Matchers : IReadOnlyList<Matcher>
{
    private readonly Matcher[] _all;

    /// <summary>Conditions that all have to hold.</summary>
    public Matchers(IEnumerable<Matcher> matchers) =>
        _all = [.. matchers.OrderBy(matcher => matcher.Label, StringComparer.Ordinal).ThenBy(matcher => matcher.ToString(), StringComparer.Ordinal)];

    /// <summary>No condition: every alert matches.</summary>
    public static Matchers None { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _all.Length;

    /// <inheritdoc/>
    public Matcher this[int index] => _all[index];

    /// <summary>Reads conditions such as <c>level=~"high|critical"</c> or <c>{namespace="payments", actor.kind!=human}</c>: <see cref="MatcherParser"/>.</summary>
    /// <exception cref="MatcherFormatException">They are wrong.</exception>
    public static Matchers Parse(string text) => new(MatcherParser.Parse(text));

    /// <summary>Whether an alert meets all conditions.</summary>
    public bool Matches(Alert alert) => Matches(label => AlertLabels.ValuesOf(alert, label));

    /// <summary>Whether something with these labels meets all conditions.</summary>
    /// <param name="valuesOf">The values of a label; none for one without.</param>
    public bool Matches(Func<string, IReadOnlyList<string>> valuesOf) => Array.TrueForAll(_all, matcher => matcher.Matches(valuesOf(matcher.Label)));

    /// <inheritdoc/>
    public IEnumerator<Matcher> GetEnumerator() => ((IEnumerable<Matcher>)_all).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>As they are written: <c>{actor.kind!="human",level=~"high|critical"}</c>.</summary>
    public override string ToString() => $"{{{string.Join(',', _all.AsEnumerable())}}}";
}
