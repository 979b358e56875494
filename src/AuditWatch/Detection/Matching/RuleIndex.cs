using System.Numerics;
using AuditWatch.Detection.Sigma;
using AuditWatch.Events;

namespace AuditWatch.Detection.Matching;

/// <summary>
/// Tells which rules an event could match at all, from a few fields that nearly every rule pins down.
/// <code>
///                         rule 0 1 2 3 ...
///   verb = create              1 0 1 1        for each field and value, one bit a rule: could it match?
///   resource = pods            1 1 0 1        a value that no rule asks for has the bits of the rules that take any
///   subresource = exec         0 1 0 1
///   and                        0 0 0 1        only these are looked at
/// </code>
/// The cost for an event is one look-up a field and an AND of a word for each 64 rules, however many rules there are. Immutable.
/// </summary>
internal sealed class RuleIndex
{
    private static readonly string[] Fields =
        ["objectRef.resource", "objectRef.subresource", "verb", "outcome", "actor.kind", "objectRef.apiGroup", "responseStatus.code"];

    private readonly Discriminator[] _discriminators;

    /// <param name="rules">What each rule asks for; a rule is known by its place in the list.</param>
    public RuleIndex(IReadOnlyList<Expression> rules)
    {
        Words = RuleMask.Words(rules.Count);
        _discriminators =
        [
            .. Fields.Select(field => new Discriminator(FieldPath.Parse(field), [.. rules.Select(rule => NecessaryValues.Of(rule, field))]))
                .Where(discriminator => discriminator.Tells),
        ];
    }

    /// <summary>The number of words that hold one bit for each rule.</summary>
    public int Words { get; }

    /// <summary>Clears the bits of rules that the event cannot match.</summary>
    /// <param name="auditEvent">The event.</param>
    /// <param name="candidates">The rules in question, one bit each; <see cref="Words"/> long.</param>
    public void Narrow(in AuditEvent auditEvent, Span<ulong> candidates)
    {
        foreach (var discriminator in _discriminators)
        {
            var any = 0UL;
            var mask = discriminator.MaskFor(auditEvent);
            for (var i = 0; i < candidates.Length; i++)
            {
                any |= candidates[i] &= mask[i];
            }

            if (any == 0)
            {
                return;
            }
        }
    }

    /// <summary>The place of the lowest bit, which is taken away; -1 if there is none.</summary>
    public static int Take(Span<ulong> candidates)
    {
        for (var i = 0; i < candidates.Length; i++)
        {
            if (candidates[i] != 0)
            {
                var bit = BitOperations.TrailingZeroCount(candidates[i]);
                candidates[i] &= candidates[i] - 1;
                return (64 * i) + bit;
            }
        }

        return -1;
    }
}
