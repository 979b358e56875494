using AuditWatch.Detection.Sigma;
using AuditWatch.Events;

namespace AuditWatch.Detection.Indexing;

/// <summary>
/// Tells which rules an event could match at all, so that hardly any event is shown to a rule it does not match.
/// <code>
///   facet                       its values in this event           rule 0 1 2 3 ...
///   what is asked and answered  get secrets - 200 Complete "kubelet"    1 0 1 1      one bit a rule: could it match an event
///   who asks                    "system:node:n1" - ["system:nodes"]     1 1 0 1      with these values, whatever else is in it?
///   from where                  ["10.0.0.17"]                           0 1 1 1
///                                                               and     0 0 0 1      only these are looked at
/// </code>
/// The bits are worked out when values turn up for the first time, by the rules' own matchers with everything but the facet's fields left open
/// (<see cref="Projection"/>), and remembered (<see cref="FacetCache"/>): the same few hundred verbs, resources, users and clients come again
/// and again. An event then costs a look-up a facet and an AND of a word for each 64 rules, however many rules there are; and one with a body a search
/// of it, if rules are left that look for something in it (<see cref="BodyIndex"/>).
/// Not thread-safe; <see cref="Fork"/> makes one for another thread.
/// </summary>
internal sealed class RuleIndex
{
    // Fields that say much together share a facet, if they have few values together. The facets that leave the fewest rules come first.
    private static readonly EventField[][] Facets =
    [
        [
            EventField.ObjectRefResource, EventField.ObjectRefSubresource, EventField.Verb, EventField.ResponseStatusCode,
            EventField.ObjectRefApiGroup, EventField.Stage, EventField.UserAgent,
        ],
        [EventField.UserName, EventField.ImpersonatedUserName, EventField.ImpersonatedUser, EventField.UserGroups],
        [EventField.SourceIPs],
        [EventField.ObjectRefNamespace],
        [EventField.Annotations],
    ];

    private readonly FacetCache[] _facets;
    private readonly BodyIndex _bodies;

    /// <param name="rules">What each rule asks for; a rule is known by its place in the list.</param>
    public RuleIndex(IReadOnlyList<Expression> rules)
        : this(RuleMask.Words(rules.Count), Facets.Select(fields => new Facet(fields, rules)).Where(facet => facet.Tells), new BodyIndex(rules))
    {
    }

    private RuleIndex(int words, IEnumerable<Facet> facets, BodyIndex bodies)
    {
        Words = words;
        _bodies = bodies;
        _facets = [.. facets.Select(facet => new FacetCache(facet, words))];
    }

    /// <summary>The number of words that hold one bit for each rule.</summary>
    public int Words { get; }

    /// <summary>The same index with a memory of its own.</summary>
    public RuleIndex Fork() => new(Words, _facets.Select(memory => memory.Facet), _bodies.Fork());

    /// <summary>Clears the bits of rules that the event cannot match.</summary>
    /// <param name="auditEvent">The event.</param>
    /// <param name="candidates">The rules in question, one bit each; <see cref="Words"/> long.</param>
    /// <returns>Whether any is left.</returns>
    public bool Narrow(in AuditEvent auditEvent, Span<ulong> candidates)
    {
        foreach (var facet in _facets)
        {
            // Of what nobody that is left asks for no key is made.
            if (!facet.Facet.IsAskedBy(candidates))
            {
                continue;
            }

            var any = 0UL;
            var mask = facet.MaskFor(auditEvent);
            for (var i = 0; i < candidates.Length; i++)
            {
                any |= candidates[i] &= mask[i];
            }

            if (any == 0)
            {
                return false;
            }
        }

        return _bodies.Narrow(auditEvent, candidates);
    }

    /// <summary>
    /// What is left to ask of an event that <see cref="Narrow"/> lets a rule see: what a facet's fields alone decide, and the rule asks in any case, is so.
    /// </summary>
    public static Expression Rest(Expression rule) => rule switch
    {
        _ when Facets.Any(fields => Projection.IsWhole(fields, rule)) => new Expression.And([]),
        Expression.Selection selection => Rest(selection.Body),
        Expression.And all => new Expression.And([.. all.Parts.Select(Rest).Where(part => part is not Expression.And { Parts.Count: 0 })]),
        _ => rule,
    };
}
