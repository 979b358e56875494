namespace AuditWatch.Detection.Sigma;

/// <summary>
/// What a rule's <c>detection</c> section asks of an event, as a tree: selections resolved, wildcards of conditions (<c>1 of selection_*</c>) spelt out.
/// See the Sigma Rules Specification 2.1, sections "Detection" and "Condition".
/// </summary>
internal abstract record Expression
{
    private Expression()
    {
    }

    /// <summary>Every part must hold.</summary>
    public sealed record And(IReadOnlyList<Expression> Parts) : Expression;

    /// <summary>At least one part must hold.</summary>
    public sealed record Or(IReadOnlyList<Expression> Parts) : Expression;

    /// <summary>The part must not hold.</summary>
    public sealed record Not(Expression Part) : Expression;

    /// <summary>A selection, under the name the author gave it.</summary>
    public sealed record Selection(string Name, Expression Body) : Expression;

    /// <summary>A value of a field must meet the test; of several values that a path leads to, any one may.</summary>
    /// <param name="Path">The dotted path, or the name of a derived field.</param>
    /// <param name="Test">What the value must be like.</param>
    /// <param name="Location">Where the key stands.</param>
    public sealed record Field(string Path, ValueTest Test, SourceLocation Location) : Expression;

    /// <summary>Some text anywhere in the event must meet the test: a keyword search.</summary>
    /// <param name="Test">What the text must be like.</param>
    /// <param name="Location">Where the keywords stand.</param>
    public sealed record Keyword(ValueTest Test, SourceLocation Location) : Expression;

    /// <summary>One and the same element of the array that the field leads to must meet the selection (the modifier <c>any</c>, an addition to Sigma).</summary>
    /// <param name="Path">The dotted path of the array.</param>
    /// <param name="Element">What the element must be like; its fields are relative to the element.</param>
    /// <param name="Location">Where the key stands.</param>
    public sealed record AnyElement(string Path, Expression Element, SourceLocation Location) : Expression;
}

/// <summary>What an event must be like for a rule to match it.</summary>
/// <param name="Condition">The rule's condition over its selections.</param>
internal sealed record SearchDefinition(Expression Condition);
