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
    private static readonly FieldPath Outcome = FieldPath.Parse("outcome");

    private readonly byte[] _name;
    private readonly Matcher _matcher;
    private readonly Matcher _rest;
    private readonly SummaryTemplate _summary;
    private readonly FieldPath _actor;
    private readonly FieldPath[] _dedup;
    private readonly FieldPath[] _carried;

    /// <param name="rule">A rule that has a search.</param>
    /// <param name="carried">The fields whose values later stages need.</param>
    /// <param name="isCounted">Whether correlations count its findings. Default: not.</param>
    public CompiledRule(DetectionRule rule, IEnumerable<string> carried, bool isCounted = false)
    {
        Rule = rule;
        IsCounted = isCounted;
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

    /// <summary>Whether correlations count its findings, and keep their requests.</summary>
    public bool IsCounted { get; }

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

    /// <summary>The id of the finding that a match makes.</summary>
    public UInt128 IdOf(in AuditEvent match) => FindingId.Of(_name, match);

    /// <summary>How much a match matters: less than the rule says, if it says so and the request was denied.</summary>
    public Level LevelOf(in AuditEvent match) => Rule.DeniedLevel is { } denied && EventText.Of(match, Outcome) == "denied" ? denied : Rule.Level;

    /// <summary>Who acted, by the rule's actor field; empty for a request without a user.</summary>
    public string ActorOf(in AuditEvent match) => EventText.Of(match, _actor) ?? "";

    /// <summary>What kind of principal acted.</summary>
    public static string ActorKindOf(in AuditEvent match) => EventText.Of(match, ActorKind) ?? "";

    /// <summary>The rule's sentence with the event's values in it.</summary>
    public string SummaryOf(in AuditEvent match) => _summary.Fill(match);

    /// <summary>The values of the fields to deduplicate by.</summary>
    public KeyValuePair<string, string>[] DedupOf(in AuditEvent match) => ValuesOf(match, _dedup);

    /// <summary>The values that later stages need.</summary>
    public KeyValuePair<string, string>[] CarriedOf(in AuditEvent match) => ValuesOf(match, _carried);

    /// <summary>The clauses that matched.</summary>
    public List<string> WhyOf(in AuditEvent match)
    {
        var why = new List<string>();
        _matcher.Explain(new Subject(match), why);
        return why;
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
