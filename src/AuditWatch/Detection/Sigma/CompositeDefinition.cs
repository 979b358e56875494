namespace AuditWatch.Detection.Sigma;

/// <summary>
/// A composite: a join of findings of other detections, declared in the section <c>composite</c>, which is an addition to Sigma. Its steps follow each
/// other in event time; what one step calls <c>$name</c> others compare with; a step of <c>not</c> must have no finding. Cluster and cluster are never joined.
/// </summary>
internal sealed record CompositeDefinition
{
    /// <summary>The most steps of a composite.</summary>
    public const int MaxSteps = 8;

    /// <summary>The steps, in their order.</summary>
    public required IReadOnlyList<CompositeStep> Steps { get; init; }

    /// <summary>How long the whole story takes at most, from its first finding to its last. Two findings exactly so far apart are not in one.</summary>
    public required TimeSpan Within { get; init; }

    /// <summary>Whether findings follow each other in the order of the steps; at the same instant counts as in order. Default: they do.</summary>
    public bool IsOrdered { get; init; } = true;

    /// <summary>What ends a story that still waits for its last step; null if nothing does.</summary>
    public CompositeStep? Until { get; init; }

    /// <summary>Whether the rules of the steps raise alerts of their own as well; a step may say otherwise of itself. Default: they do.</summary>
    public bool Generate { get; init; } = true;

    /// <summary>The steps that must have findings.</summary>
    public IEnumerable<CompositeStep> Positive => Steps.Where(step => !step.IsNot);

    /// <summary>All that findings are looked for: the steps, and what ends the story.</summary>
    public IEnumerable<CompositeStep> Parts => Until is null ? Steps : Steps.Append(Until);

    /// <summary>Whether a further finding can undo a story, so that it can be told only once all that matters has arrived.</summary>
    public bool IsProvisional => Steps.Any(step => step.IsNot);

    /// <summary>The variables, in the order in which they are bound.</summary>
    public IEnumerable<string> Variables => Positive.SelectMany(step => step.Variables).Where(use => use.Binds).Select(use => use.Variable);
}

/// <summary>A step of a composite: which detections' findings it takes, and what they must be like.</summary>
/// <param name="Name">The name that its author gave it, for the summary.</param>
/// <param name="Rules">The detections; a finding of any of them will do.</param>
/// <param name="Location">Where it stands.</param>
internal sealed record CompositeStep(string Name, IReadOnlyList<RuleReference> Rules, SourceLocation Location)
{
    /// <summary>
    /// Whether there must be no such finding: as the first step before the one that follows, between two steps strictly between them, as the last one
    /// after the one before; where steps have no order, anywhere near.
    /// </summary>
    public bool IsNot { get; init; }

    /// <summary>Whether a <c>not</c> means anywhere near the others even where these have an order: that of a correlation's condition.</summary>
    internal bool IsAnywhere { get; init; }

    /// <summary>How long after the step before it at most; of a first <c>not</c>, for how long before the step that follows. Default: as long as the whole story.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>Whether its rules raise alerts of their own as well. Default: as the composite says.</summary>
    public bool? Generate { get; init; }

    /// <summary>Where its findings are joined with others.</summary>
    public IReadOnlyList<VariableUse> Variables { get; init; } = [];

    /// <summary>What else its findings must be like; null if anything will do.</summary>
    public Expression? Test { get; init; }

    /// <summary>The fields that are looked at in a finding of <paramref name="rule"/>.</summary>
    public IEnumerable<string> FieldsOf(DetectionRule rule) =>
        Variables.Select(use => use.FieldIn(rule)).Concat(Test is null ? [] : FieldsOf(Test)).Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> FieldsOf(Expression expression) => expression switch
    {
        Expression.And all => all.Parts.SelectMany(FieldsOf),
        Expression.Or any => any.Parts.SelectMany(FieldsOf),
        Expression.Not negation => FieldsOf(negation.Part),
        Expression.Field { Test: ValueTest.FieldReference other } field => [field.Path, other.Other],
        Expression.Field field => [field.Path],
        _ => [],
    };
}

/// <summary>A field of a step's findings and the variable that it binds, or is compared with.</summary>
/// <param name="Field">The field.</param>
/// <param name="Variable">The variable, without its dollar.</param>
/// <param name="How">How the field's value, or any of its values, stands to the variable's.</param>
/// <param name="Location">Where the field stands.</param>
internal sealed record VariableUse(string Field, string Variable, JoinOperator How, SourceLocation Location)
{
    /// <summary>Whether it gives the variable its value: the first step that names it does, unless it is a <c>not</c>.</summary>
    public bool Binds { get; init; }

    /// <summary>The field by rule, where it differs from rule to rule.</summary>
    internal FieldAlias? Alias { get; init; }

    /// <summary>The field in findings of <paramref name="rule"/>.</summary>
    public string FieldIn(DetectionRule rule) => Alias?.FieldIn(rule) ?? Field;
}

/// <summary>How a value stands to that of a variable. Letter case counts: names in Kubernetes differ by it.</summary>
internal enum JoinOperator
{
    /// <summary>The same.</summary>
    EqualTo,

    /// <summary>Another, or none (modifier <c>neq</c>).</summary>
    NotEqualTo,

    /// <summary>Begins with it (<c>startswith</c>).</summary>
    StartsWith,

    /// <summary>Ends with it (<c>endswith</c>).</summary>
    EndsWith,

    /// <summary>Contains it (<c>contains</c>).</summary>
    Contains,

    /// <summary>An address in the network that it is (<c>cidr</c>).</summary>
    InNetwork,
}
