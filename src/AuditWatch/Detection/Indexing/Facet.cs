using AuditWatch.Detection.Matching;
using AuditWatch.Detection.Sigma;
using AuditWatch.Events;

namespace AuditWatch.Detection.Indexing;

/// <summary>A group of indexed fields, and what each rule requires of them. Immutable; safe for any number of threads.</summary>
internal sealed class Facet
{
    private readonly EventField[] _fields;
    private readonly (int Rule, Matcher Matcher)[] _asking;
    private readonly ulong[] _others;

    /// <param name="fields">The fields.</param>
    /// <param name="rules">The conditions. A rule is identified by its index.</param>
    public Facet(EventField[] fields, IReadOnlyList<Expression> rules)
    {
        _fields = fields;
        var projections = rules.Select(rule => Projection.Onto(fields, rule)).ToList();
        _asking = [.. projections.Index().Where(rule => rule.Item is not null).Select(rule => (rule.Index, MatcherCompiler.Compile(rule.Item!)))];
        _others = RuleMask.Of(projections, projection => projection is null);
    }

    /// <summary>The fields.</summary>
    public ReadOnlySpan<EventField> Fields => _fields;

    /// <summary>Whether any rule requires anything of the fields.</summary>
    public bool Tells => _asking.Length > 0;

    /// <summary>Whether any of these rules requires anything of the fields.</summary>
    public bool IsAskedBy(ReadOnlySpan<ulong> rules) => RuleMask.HasOthers(rules, _others);

    /// <summary>Evaluates which rules can match an event with the same values in these fields, whatever its other fields are.</summary>
    /// <param name="auditEvent">The event.</param>
    /// <param name="mask">Receives the rules, one bit each.</param>
    public void Evaluate(in AuditEvent auditEvent, Span<ulong> mask)
    {
        _others.CopyTo(mask);
        var subject = new Subject(auditEvent);
        foreach (var (rule, matcher) in _asking)
        {
            if (matcher.Matches(subject))
            {
                mask[rule / 64] |= 1UL << (rule % 64);
            }
        }
    }
}
