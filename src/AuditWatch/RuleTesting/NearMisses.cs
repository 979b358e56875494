using AuditWatch.Detection;
using AuditWatch.Detection.Matching;
using AuditWatch.Detection.Sigma;
using AuditWatch.Events;

namespace AuditWatch.RuleTesting;

/// <summary>
/// Finds the requests that all clauses of a rule's condition match but one: what the rule leaves out by that clause alone, on purpose or by a mistake in it. Of a condition
/// that is an <c>or</c>, each alternative counts by itself. A request counts once for a rule, with the first of its events. Bounded. Not thread-safe.
/// </summary>
internal sealed class NearMisses
{
    // Of further values only how many there are is known: they may be an attacker's.
    private const int MaxValues = 1_000;
    private const int Remembered = 10_000;

    private readonly List<Candidate> _rules;

    /// <summary>Begins to look.</summary>
    /// <param name="rules">The rules; those that rest on others, and awaited ones, have no near misses.</param>
    public NearMisses(IEnumerable<DetectionRule> rules) => _rules = [.. rules.Where(rule => rule.Search is not null && !rule.IsAwaited).Select(rule => new Candidate(rule))];

    /// <summary>What was found, by rule, the clause with the most requests first.</summary>
    public IReadOnlyList<NearMiss> Found => [.. _rules.SelectMany(rule => rule.Found.OrderByDescending(miss => miss.Count))];

    /// <summary>Looks at an event.</summary>
    public void See(in AuditEvent auditEvent)
    {
        foreach (var rule in _rules)
        {
            try
            {
                rule.See(auditEvent);
            }
            catch (Exception)
            {
                // It fails in the engine, too, which tells of it.
            }
        }
    }

    private sealed class Candidate(DetectionRule rule)
    {
        private readonly CompiledRule _compiled = new(rule, []);
        private readonly RecentIdSet _seen = new(Remembered);
        private readonly Clause[][] _alternatives = [.. Alternatives(rule.Search!.Condition).Select(clauses => clauses.Select(clause => new Clause(clause)).ToArray()).Where(clauses => clauses.Length > 1)];

        public IEnumerable<NearMiss> Found => _alternatives.SelectMany(clauses => clauses).Where(clause => clause.Count > 0).Select(clause => clause.Result(rule.Name));

        public void See(in AuditEvent auditEvent)
        {
            if (auditEvent.IsRequestReceived && !_compiled.SeesRequestReceived)
            {
                return;
            }

            var subject = new Subject(auditEvent);
            Clause? missed = null;
            foreach (var clauses in _alternatives)
            {
                Clause? only = null;
                var misses = 0;
                for (var i = 0; i < clauses.Length && misses < 2; i++)
                {
                    if (!clauses[i].Matcher.Matches(subject))
                    {
                        misses++;
                        only = clauses[i];
                    }
                }

                missed ??= misses == 1 ? only : null;
            }

            if (missed is not null && !_compiled.Matches(auditEvent) && _seen.Add(_compiled.IdOf(auditEvent)))
            {
                missed.Add(auditEvent);
            }
        }
    }

    private sealed class Clause(Expression expression)
    {
        private readonly Dictionary<string, long> _values = new(StringComparer.Ordinal);
        private readonly FieldPath? _field = Text.FieldOf(expression) is { } path ? FieldPath.Parse(path) : null;
        private RequestSnapshot? _example;

        public Matcher Matcher { get; } = MatcherCompiler.Compile(expression);

        public long Count { get; private set; }

        public void Add(in AuditEvent auditEvent)
        {
            Count++;
            _example ??= RequestSnapshot.Of(auditEvent);
            if (ValueIn(auditEvent) is var value && (_values.Count < MaxValues || _values.ContainsKey(value)))
            {
                _values[value] = _values.GetValueOrDefault(value) + 1;
            }
        }

        public NearMiss Result(string rule) => new(rule, Text.Of(expression), Text.LocationOf(expression), Count,
            [.. _values.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(NearMiss.MaxValues)], _example!);

        private string ValueIn(in AuditEvent auditEvent)
        {
            if (_field is not null)
            {
                return EventText.Of(auditEvent, _field) ?? "absent";
            }

            var misses = new List<string>();
            Matcher.ExplainMiss(new Subject(auditEvent), misses);
            return string.Join("; ", misses);
        }
    }

    private static IEnumerable<IReadOnlyList<Expression>> Alternatives(Expression condition) => condition switch
    {
        Expression.Selection selection => Alternatives(selection.Body),
        Expression.Or any when Text.FieldOf(any) is null => any.Parts.SelectMany(Alternatives),
        _ => [[.. Clauses(condition)]],
    };

    private static IEnumerable<Expression> Clauses(Expression expression) => expression switch
    {
        Expression.Selection selection => Clauses(selection.Body),
        Expression.And all => all.Parts.SelectMany(Clauses),
        _ => [expression],
    };

    // A clause in words, on one line.
    private static class Text
    {
        public static string Of(Expression expression) => expression switch
        {
            Expression.Selection selection => selection.Name,
            Expression.Not negation => $"not {Of(negation.Part)}",
            Expression.And all => string.Join(" and ", all.Parts.Select(Of)),
            Expression.Or any when FieldOf(any) is { } field => $"{field}: {string.Join(" or ", any.Parts.Cast<Expression.Field>().Select(part => part.Test.Describe()))}",
            Expression.Or any => string.Join(" or ", any.Parts.Select(Of)),
            Expression.Field field => $"{field.Path}: {field.Test.Describe()}",
            Expression.AnyElement element => $"an element of {element.Path} with {Of(element.Element)}",
            Expression.Keyword keyword => $"anywhere: {keyword.Test.Describe()}",
            _ => "",
        };

        public static string? FieldOf(Expression expression) => expression switch
        {
            Expression.Field field => field.Path,
            Expression.Or { Parts: [Expression.Field first, ..] } any when any.Parts.All(part => part is Expression.Field field && field.Path == first.Path) => first.Path,
            _ => null,
        };

        public static SourceLocation LocationOf(Expression expression) => expression switch
        {
            Expression.Selection selection => LocationOf(selection.Body),
            Expression.Not negation => LocationOf(negation.Part),
            Expression.And all => LocationOf(all.Parts[0]),
            Expression.Or any => LocationOf(any.Parts[0]),
            Expression.Field field => field.Location,
            Expression.AnyElement element => element.Location,
            Expression.Keyword keyword => keyword.Location,
            _ => default!,
        };
    }
}

/// <summary>A clause that alone kept requests from matching a rule.</summary>
/// <param name="Detection">The rule's name.</param>
/// <param name="Clause">The clause, in words.</param>
/// <param name="Location">Where it stands.</param>
/// <param name="Count">How many requests it kept.</param>
/// <param name="Values">What they have instead, as text of an event, the most frequent first, with how many have it; at most <see cref="MaxValues"/>.</param>
/// <param name="Example">The first of them.</param>
internal sealed record NearMiss(string Detection, string Clause, SourceLocation Location, long Count, IReadOnlyList<KeyValuePair<string, long>> Values, RequestSnapshot Example)
{
    /// <summary>The most values that are told.</summary>
    public const int MaxValues = 5;
}
