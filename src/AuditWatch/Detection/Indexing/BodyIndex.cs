using System.Buffers;
using AuditWatch.Detection.Sigma;
using AuditWatch.Events;

namespace AuditWatch.Detection.Indexing;

/// <summary>
/// Removes the rules that need a text in a body (<see cref="BodyNeeds"/>) which no body of the event contains. For each set of rules that the facets leave,
/// one search looks for the texts of all of them at once, before any value is looked up; hardly any body contains one. Not thread-safe.
/// </summary>
internal sealed class BodyIndex
{
    // As many sets as detections tell kinds of writes apart. Further sets are not searched for: to build a search takes longer than to do without.
    private const int MaxSearches = 64;

    // The search of .NET is many times slower for more. The rules with the most texts are left out of it.
    private const int MaxLiterals = 80;

    private readonly IReadOnlyList<string>?[] _needs;
    private readonly ulong[] _needy;
    private readonly ulong[] _asking;
    private readonly List<Search> _searches = [];

    /// <param name="rules">The conditions. A rule is identified by its index.</param>
    public BodyIndex(IReadOnlyList<Expression> rules)
        : this([.. rules.Select(BodyNeeds.Of)])
    {
    }

    private BodyIndex(IReadOnlyList<string>?[] needs)
    {
        _needs = needs;
        _needy = RuleMask.Of(needs, need => need is not null);
        _asking = new ulong[_needy.Length];
    }

    /// <summary>Creates an index for the same rules with searches of its own, for another thread.</summary>
    public BodyIndex Fork() => new(_needs);

    /// <summary>Removes the rules that need a text which no body of the event contains.</summary>
    /// <returns>Whether any rule is left.</returns>
    public bool Narrow(in AuditEvent auditEvent, Span<ulong> candidates)
    {
        var any = 0UL;
        for (var i = 0; i < candidates.Length; i++)
        {
            any |= _asking[i] = candidates[i] & _needy[i];
        }

        if (any == 0)
        {
            return true;
        }

        var without = _needy;
        if (auditEvent.HasBody)
        {
            if (Find() is not { } search || auditEvent.BodyMayContain(search.Literals))
            {
                return true;
            }

            without = search.Rules;
        }

        var left = 0UL;
        for (var i = 0; i < candidates.Length; i++)
        {
            left |= candidates[i] &= ~without[i];
        }

        return left != 0;
    }

    private Search? Find()
    {
        foreach (var known in _searches)
        {
            if (_asking.AsSpan().SequenceEqual(known.Asking))
            {
                return known;
            }
        }

        if (_searches.Count == MaxSearches)
        {
            return null;
        }

        var made = Make();
        _searches.Add(made);
        return made;
    }

    private Search Make()
    {
        var rules = new ulong[_asking.Length];
        var literals = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (rule, need) in _needs.Index().Where(rule => (_asking[rule.Index / 64] >> (rule.Index % 64) & 1) != 0).OrderBy(rule => rule.Item!.Count))
        {
            if (literals.Count + need!.Count <= MaxLiterals)
            {
                literals.UnionWith(need);
                rules[rule / 64] |= 1UL << (rule % 64);
            }
        }

        return new Search([.. _asking], rules, SearchValues.Create([.. literals], StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The search for one set of rules.</summary>
    /// <param name="Asking">The rules that the facets left and that need a text in a body.</param>
    /// <param name="Rules">Those of them that the search covers.</param>
    /// <param name="Literals">The texts; a body must contain one for any of these rules to match.</param>
    private sealed record Search(ulong[] Asking, ulong[] Rules, SearchValues<string> Literals);
}
