using AuditWatch.Detection.Sigma;
using AuditWatch.Events;

namespace AuditWatch.Detection.Indexing;

/// <summary>
/// Narrows the rules down to those that can match an event, so that hardly any rule is evaluated for an event that it does not match.
/// <code>
///   facet                       its values in this event           rule 0 1 2 3 ...
///   what is asked and answered  get secrets - 200 Complete "kubelet"    1 0 1 1      one bit a rule: could it match an event
///   who asks                    "system:node:n1" - ["system:nodes"]     1 1 0 1      with these values, whatever else is in it?
///   from where                  ["10.0.0.17"]                           0 1 1 1
///                                                               and     0 0 0 1      only these are looked at
/// </code>
/// The bits for values that occur for the first time are evaluated by the rules' own matchers, projected onto the facet's fields (<see cref="Projection"/>), and
/// cached (<see cref="FacetCache"/>): the same few hundred verbs, resources, users and clients recur. An event then costs a look-up for each facet and an AND
/// of one word for each 64 rules; and if rules are left that need a text in a body, a search of the body (<see cref="BodyIndex"/>).
/// What is a rule here is one disjunct of a detection's condition (<see cref="Disjuncts"/>). Not thread-safe; <see cref="Fork"/> creates one for another thread.
/// </summary>
internal sealed class RuleIndex
{
    // Fields that rules test together share a facet, if they have few combinations of values. The facets that leave the fewest rules come first.
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

    /// <param name="rules">The conditions. A rule is identified by its index.</param>
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

    /// <summary>Creates an index for the same rules with caches of its own, for another thread.</summary>
    public RuleIndex Fork() => new(Words, _facets.Select(memory => memory.Facet), _bodies.Fork());

    /// <summary>Removes the rules that cannot match the event.</summary>
    /// <param name="auditEvent">The event.</param>
    /// <param name="candidates">The rules to narrow down, one bit each; <see cref="Words"/> words.</param>
    /// <returns>Whether any is left.</returns>
    public bool Narrow(in AuditEvent auditEvent, Span<ulong> candidates)
    {
        foreach (var facet in _facets)
        {
            // No key is made of fields that none of the remaining rules tests.
            if (!facet.Facet.IsAskedBy(candidates))
            {
                continue;
            }

            if (!RuleMask.Intersect(candidates, facet.MaskFor(auditEvent)))
            {
                return false;
            }
        }

        return _bodies.Narrow(auditEvent, candidates);
    }

    /// <summary>Whether the fields of one facet decide whether an expression holds.</summary>
    public static bool Decides(Expression expression) => Facets.Any(fields => Projection.IsWhole(fields, expression));

    /// <summary>Whether an expression requires something of the fields of a facet.</summary>
    public static bool Asks(Expression expression) => Facets.Any(fields => Projection.Onto(fields, expression) is not null);

    /// <summary>The part of a condition that is not certain of an event for which <see cref="Narrow"/> leaves the rule: without what one facet's fields decide.</summary>
    public static Expression Rest(Expression rule) => rule switch
    {
        _ when Decides(rule) => new Expression.And([]),
        Expression.Selection selection => Rest(selection.Body),
        Expression.And all => new Expression.And([.. all.Parts.Select(Rest).Where(part => part is not Expression.And { Parts.Count: 0 })]),
        _ => rule,
    };
}
