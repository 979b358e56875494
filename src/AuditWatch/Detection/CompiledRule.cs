using System.Text;
using AuditWatch.Detection.Matching;
using AuditWatch.Detection.Sigma;
using AuditWatch.Events;

namespace AuditWatch.Detection;

/// <summary>A rule on single events, compiled: its matcher, and what a finding takes from a matching event. Immutable; safe for any number of threads.</summary>
internal sealed class CompiledRule
{
    private static readonly FieldPath ActorKind = FieldPath.Parse("actor.kind");
    private static readonly FieldPath Outcome = FieldPath.Parse("outcome");

    private readonly byte[] _name;
    private readonly Matcher _matcher;
    private readonly SummaryTemplate _summary;
    private readonly FieldPath _actor;
    private readonly FieldPath[] _dedup;
    private readonly FieldPath[] _carried;
    private readonly FieldPath[] _joined;
    private readonly FieldPath[] _updates;

    /// <param name="rule">A rule that has a search.</param>
    /// <param name="carried">The fields for <see cref="Finding.Carried"/>.</param>
    /// <param name="isCounted">Whether a correlation counts its findings. Default: false.</param>
    /// <param name="joined">The fields for <see cref="Finding.Values"/>. Default: none.</param>
    public CompiledRule(DetectionRule rule, IEnumerable<string> carried, bool isCounted = false, IEnumerable<string>? joined = null)
    {
        _joined = [.. (joined ?? []).Select(FieldPath.Parse)];
        Rule = rule;
        IsCounted = isCounted;
        _name = Encoding.UTF8.GetBytes(rule.Name);
        var condition = rule.Search!.Condition;
        _matcher = MatcherCompiler.Compile(condition);
        _summary = new SummaryTemplate(rule.Summary);
        _actor = FieldPath.Parse(rule.Actor);
        _dedup = [.. rule.DedupBy.Select(FieldPath.Parse)];
        _updates = [.. rule.Updates.Where(field => !rule.DedupBy.Contains(field)).Select(FieldPath.Parse)];
        _carried = [.. carried.Distinct(StringComparer.Ordinal).Select(FieldPath.Parse)];
        SeesRequestReceived = SelectsStage(condition);
    }

    public DetectionRule Rule { get; }

    /// <summary>Whether a correlation counts its findings, and so needs their requests.</summary>
    public bool IsCounted { get; }

    /// <summary>Whether it is matched against events of the stage RequestReceived: only if it selects on the stage.</summary>
    public bool SeesRequestReceived { get; }

    public bool Matches(in AuditEvent auditEvent) => _matcher.Matches(new Subject(auditEvent));

    /// <summary>The clauses that do not match the event, each with the value that it has instead.</summary>
    public IReadOnlyList<string> Misses(in AuditEvent auditEvent)
    {
        var misses = new List<string>();
        _matcher.ExplainMiss(new Subject(auditEvent), misses);
        return misses;
    }

    /// <summary>The value of <see cref="Finding.Id"/>.</summary>
    public UInt128 IdOf(in AuditEvent match) => FindingId.Of(_name, match);

    /// <summary>The severity: the rule's level, or its level for denied requests.</summary>
    public Level LevelOf(in AuditEvent match) => Rule.DeniedLevel is { } denied && EventText.Of(match, Outcome) == "denied" ? denied : Rule.Level;

    /// <summary>The value of <see cref="Finding.Actor"/>.</summary>
    public string ActorOf(in AuditEvent match) => EventText.Of(match, _actor) ?? "";

    /// <summary>The value of <see cref="Finding.ActorKind"/>.</summary>
    public static string ActorKindOf(in AuditEvent match) => EventText.Of(match, ActorKind) ?? "";

    /// <summary>The value of <see cref="Finding.Summary"/>.</summary>
    public string SummaryOf(in AuditEvent match) => _summary.Fill(match);

    /// <summary>The value of <see cref="Finding.Dedup"/>.</summary>
    public KeyValuePair<string, string>[] DedupOf(in AuditEvent match) => ValuesOf(match, _dedup);

    /// <summary>The value of <see cref="Finding.Carried"/>.</summary>
    public KeyValuePair<string, string>[] CarriedOf(in AuditEvent match) => ValuesOf(match, _carried);

    /// <summary>The values that composites compare.</summary>
    public KeyValuePair<string, IReadOnlyList<string>>[] ValuesOf(in AuditEvent match)
    {
        if (_joined.Length == 0)
        {
            return [];
        }

        var values = new KeyValuePair<string, IReadOnlyList<string>>[_joined.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = new(_joined[i].Name, EventValues.Of(match, _joined[i]));
        }

        return values;
    }

    /// <summary>The value of <see cref="Finding.Updates"/>. It is not what the rule asked for, so a field that cannot be read costs no finding: the alert says so.</summary>
    public KeyValuePair<string, IReadOnlyList<string>>[] UpdatesOf(in AuditEvent match)
    {
        var updates = new KeyValuePair<string, IReadOnlyList<string>>[_updates.Length];
        for (var i = 0; i < updates.Length; i++)
        {
            try
            {
                updates[i] = new(_updates[i].Name, EventValues.Of(match, _updates[i]));
            }
            catch (Exception)
            {
                updates[i] = new(_updates[i].Name, ["(it cannot be read)"]);
            }
        }

        return updates;
    }

    /// <summary>The value of <see cref="Finding.Why"/>.</summary>
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

    /// <summary>Whether a condition tests the field <c>stage</c>.</summary>
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
