using System.Globalization;

namespace AuditWatch.Detection.Sigma;

/// <summary>
/// The condition of a correlation on the count or measure of a window: one or more comparisons that must all hold, such as a range. Immutable. See the Sigma Correlation Rules
/// Specification 2.1, "Condition".
/// </summary>
internal sealed record CorrelationCondition
{
    /// <summary><c>gt</c></summary>
    public decimal? GreaterThan { get; init; }

    /// <summary><c>gte</c></summary>
    public decimal? AtLeast { get; init; }

    /// <summary><c>lt</c></summary>
    public decimal? LessThan { get; init; }

    /// <summary><c>lte</c></summary>
    public decimal? AtMost { get; init; }

    /// <summary><c>eq</c></summary>
    public decimal? EqualTo { get; init; }

    /// <summary><c>neq</c></summary>
    public decimal? NotEqualTo { get; init; }

    /// <summary>Whether, once it holds, it holds for every greater count.</summary>
    public bool HoldsEverAfter => LessThan is null && AtMost is null && EqualTo is null && NotEqualTo is null;

    /// <summary>The numbers that are compared with.</summary>
    public IEnumerable<decimal> Numbers => new[] { GreaterThan, AtLeast, LessThan, AtMost, EqualTo, NotEqualTo }.OfType<decimal>();

    /// <summary>Whether it holds for a count or measure.</summary>
    public bool Holds(decimal value) =>
        !(value <= GreaterThan) && !(value < AtLeast) && !(value >= LessThan) && !(value > AtMost) && (EqualTo ?? value) == value && value != NotEqualTo;

    /// <summary>Such as <c>&gt;= 3 and &lt; 10</c>.</summary>
    public override string ToString() => string.Join(" and ", new[]
    {
        Text(">", GreaterThan), Text(">=", AtLeast), Text("<", LessThan), Text("<=", AtMost), Text("=", EqualTo), Text("!=", NotEqualTo),
    }.OfType<string>());

    private static string? Text(string sign, decimal? number) =>
        number is { } value ? $"{sign} {value.ToString(CultureInfo.InvariantCulture)}" : null;
}
