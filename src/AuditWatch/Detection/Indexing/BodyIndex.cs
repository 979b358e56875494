using AuditWatch.Detection.Sigma;
using AuditWatch.Events;
using AuditWatch.Events.Json;

namespace AuditWatch.Detection.Indexing;

/// <summary>
/// Removes the rules that need a text in a body (<see cref="BodyNeeds"/>) which no body of the event contains. Keys are looked for among those that the tape of a body
/// has noted; for other texts, one search looks for those of all rules that the facets leave. Not thread-safe.
/// </summary>
internal sealed class BodyIndex
{
    // As many sets as detections tell kinds of writes apart. Further sets are not searched for: to build a search takes longer than to do without.
    private const int MaxSearches = 64;

    private readonly IReadOnlyList<string>?[] _needs;
    private readonly ulong[] _needy;
    private readonly ulong[] _withTexts;
    private readonly (int Place, ulong[] Rules)[] _keys;
    private readonly ulong[] _asking;
    private readonly ulong[] _possible;
    private readonly List<(ulong[] Asking, LiteralSearch Search)> _searches = [];

    /// <param name="rules">The conditions. A rule is identified by its index.</param>
    public BodyIndex(IReadOnlyList<Expression> rules)
        : this([.. rules.Select(BodyNeeds.Of)])
    {
    }

    private BodyIndex(IReadOnlyList<string>?[] needs)
    {
        _needs = needs;
        _needy = RuleMask.Of(needs, need => need is not null);
        _withTexts = RuleMask.Of(needs, need => need?.Any(text => !BodyNeeds.IsKey(text)) ?? false);
        _keys =
        [
            .. needs.SelectMany(need => need ?? []).Where(BodyNeeds.IsKey).Distinct(StringComparer.Ordinal)
                .Select(key => (BodyNeeds.PlaceOf(key), RuleMask.Of(needs, need => need?.Contains(key, StringComparer.Ordinal) ?? false))),
        ];
        _asking = new ulong[_needy.Length];
        _possible = new ulong[_needy.Length];
    }

    /// <summary>Creates an index for the same rules with searches of its own, for another thread.</summary>
    public BodyIndex Fork() => new(_needs);

    /// <summary>Removes the rules that need a text which no body of the event contains.</summary>
    /// <returns>Whether any rule is left.</returns>
    public bool Narrow(in AuditEvent auditEvent, Span<ulong> candidates)
    {
        candidates.CopyTo(_asking);
        if (!RuleMask.Intersect(_asking, _needy) || auditEvent.IsJsonPatch)
        {
            return true;
        }

        Array.Clear(_possible);
        if (auditEvent.HasBody)
        {
            FindKeys(auditEvent);
            FindTexts(auditEvent);
        }

        var left = 0UL;
        for (var i = 0; i < candidates.Length; i++)
        {
            left |= candidates[i] &= ~_needy[i] | _possible[i];
        }

        return left != 0;
    }

    private void FindKeys(in AuditEvent auditEvent)
    {
        foreach (var (place, rules) in _keys)
        {
            if (RuleMask.HasAny(rules, _asking) && auditEvent.BodyMayHaveKey(place))
            {
                RuleMask.Add(_possible, rules);
            }
        }
    }

    private void FindTexts(in AuditEvent auditEvent)
    {
        var any = 0UL;
        for (var i = 0; i < _asking.Length; i++)
        {
            any |= _asking[i] &= _withTexts[i] & ~_possible[i];
        }

        if (any == 0)
        {
            return;
        }

        if (Find() is not { } search)
        {
            RuleMask.Add(_possible, _asking);
            return;
        }

        search.Mark(auditEvent.JsonOf(EventField.RequestObject), _possible);
        search.Mark(auditEvent.JsonOf(EventField.ResponseObject), _possible);
    }

    private LiteralSearch? Find()
    {
        foreach (var (asking, search) in _searches)
        {
            if (_asking.AsSpan().SequenceEqual(asking))
            {
                return search;
            }
        }

        if (_searches.Count == MaxSearches)
        {
            return null;
        }

        _searches.Add(([.. _asking], Make()));
        return _searches[^1].Search;
    }

    private LiteralSearch Make()
    {
        var literals = new Dictionary<string, ulong[]>(StringComparer.OrdinalIgnoreCase);
        foreach (var (rule, need) in _needs.Index().Where(rule => (_asking[rule.Index / 64] >> (rule.Index % 64) & 1) != 0))
        {
            foreach (var text in need!.Where(text => !BodyNeeds.IsKey(text)))
            {
                var rules = literals.TryGetValue(text, out var known) ? known : literals[text] = new ulong[_asking.Length];
                rules[rule / 64] |= 1UL << (rule % 64);
            }
        }

        return new LiteralSearch(literals.Select(literal => (literal.Key, literal.Value)), [.. _asking]);
    }
}
