using System.Buffers;
using AuditWatch.Detection.Sigma;
using AuditWatch.Events;

namespace AuditWatch.Detection.Indexing;

/// <summary>
/// Leaves out rules that look for something in a body which has nothing of it: what they look for (<see cref="BodyNeeds"/>) is searched for at once in
/// the text of the body, before anything in it is looked up. One search for each set of rules that the facets leave; hardly any body passes.
/// Not thread-safe.
/// </summary>
internal sealed class BodyIndex
{
    // Kinds of writes that detections tell apart. Further ones are looked at without a search: to make one takes longer than that.
    private const int MostSearches = 64;

    // .NET searches for more many times as slowly. The rules that need most do without.
    private const int MostLiterals = 80;

    private readonly IReadOnlyList<string>?[] _needs;
    private readonly ulong[] _needy;
    private readonly ulong[] _asking;
    private readonly List<Search> _searches = [];

    /// <param name="rules">What each rule asks for; a rule is known by its place in the list.</param>
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

    /// <summary>The same index with a memory of its own.</summary>
    public BodyIndex Fork() => new(_needs);

    /// <summary>Clears the bits of rules that need what no body of the event has.</summary>
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

        if (_searches.Count == MostSearches)
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
            if (literals.Count + need!.Count <= MostLiterals)
            {
                literals.UnionWith(need);
                rules[rule / 64] |= 1UL << (rule % 64);
            }
        }

        return new Search([.. _asking], rules, SearchValues.Create([.. literals], StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A search.</summary>
    /// <param name="Asking">The rules that the facets have left and that look into bodies.</param>
    /// <param name="Rules">Those of them that it is for.</param>
    /// <param name="Literals">What one of must be in a body for any of these to match.</param>
    private sealed record Search(ulong[] Asking, ulong[] Rules, SearchValues<string> Literals);
}
