using System.Text;
using AuditWatch.Detection.Indexing;
using AuditWatch.Detection.Matching;
using AuditWatch.Detection.Sigma;
using AuditWatch.Events;

namespace AuditWatch.Detection;

/// <summary>A rule on single events, ready to run: its matcher, and how a match becomes a finding. Immutable.</summary>
internal sealed class CompiledRule
{
    private static readonly FieldPath ActorKind = FieldPath.Parse("actor.kind");

    private readonly byte[] _name;
    private readonly Matcher _matcher;
    private readonly Matcher _rest;
    private readonly SummaryTemplate _summary;
    private readonly FieldPath _actor;
    private readonly FieldPath[] _dedup;
    private readonly FieldPath[] _carried;

    /// <param name="rule">A rule that has a search.</param>
    /// <param name="carried">The fields whose values later stages need.</param>
    public CompiledRule(DetectionRule rule, IEnumerable<string> carried)
    {
        Rule = rule;
        _name = Encoding.UTF8.GetBytes(rule.Name);
        var condition = rule.Search!.Condition;
        _matcher = MatcherCompiler.Compile(condition);
        _rest = MatcherCompiler.Compile(RuleIndex.Rest(condition));
        _summary = new SummaryTemplate(rule.Summary);
        _actor = FieldPath.Parse(rule.Actor);
        _dedup = [.. rule.DedupBy.Select(FieldPath.Parse)];
        _carried = [.. carried.Distinct(StringComparer.Ordinal).Select(FieldPath.Parse)];
        SeesRequestReceived = SelectsStage(condition);
    }

    public DetectionRule Rule { get; }

    /// <summary>Whether events of the stage RequestReceived are shown to it: only if it selects on the stage.</summary>
    public bool SeesRequestReceived { get; }

    public bool Matches(in AuditEvent auditEvent) => _matcher.Matches(new Subject(auditEvent));

    /// <summary>As <see cref="Matches"/>, for an event that <see cref="RuleIndex.Narrow"/> lets the rule see.</summary>
    public bool MatchesRest(in AuditEvent auditEvent) => _rest.Matches(new Subject(auditEvent));

    /// <summary>What stood in the way of a match, with what was seen instead.</summary>
    public IReadOnlyList<string> Misses(in AuditEvent auditEvent)
    {
        var misses = new List<string>();
        _matcher.ExplainMiss(new Subject(auditEvent), misses);
        return misses;
    }

    /// <summary>What to tell of a match.</summary>
    /// <param name="auditEvent">An event that matches.</param>
    /// <param name="request">What all matches of the event tell of it.</param>
    public Finding Find(in AuditEvent auditEvent, RequestSnapshot request)
    {
        var why = new List<string>();
        _matcher.Explain(new Subject(auditEvent), why);
        return new Finding
        {
            Id = FindingId.Of(_name, auditEvent),
            Detection = Rule,
            Level = request.Outcome == "denied" ? Rule.DeniedLevel ?? Rule.Level : Rule.Level,
            Request = request,
            Time = auditEvent.Time,
            Actor = EventText.Of(auditEvent, _actor) ?? "",
            ActorKind = EventText.Of(auditEvent, ActorKind) ?? "",
            Cluster = auditEvent.Origin.Cluster,
            Summary = _summary.Fill(auditEvent),
            Dedup = ValuesOf(auditEvent, _dedup),
            Carried = ValuesOf(auditEvent, _carried),
            Why = why,
        };
    }

    private static KeyValuePair<string, string>[] ValuesOf(in AuditEvent auditEvent, FieldPath[] fields)
    {
        var values = new KeyValuePair<string, string>[fields.Length];
        for (var i = 0; i < fields.Length; i++)
        {
            values[i] = new(fields[i].Name, EventText.Of(auditEvent, fields[i]) ?? "");
        }

        return values;
    }

    /// <summary>Whether the condition asks for a stage.</summary>
    public static bool SelectsStage(Expression expression) => expression switch
    {
        Expression.And all => all.Parts.Any(SelectsStage),
        Expression.Or any => any.Parts.Any(SelectsStage),
        Expression.Not negation => SelectsStage(negation.Part),
        Expression.Selection selection => SelectsStage(selection.Body),
        Expression.Field field => field.Path == "stage",
        _ => false,
    };
}
