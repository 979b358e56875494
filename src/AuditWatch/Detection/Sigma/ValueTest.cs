using System.Net;

namespace AuditWatch.Detection.Sigma;

/// <summary>What a value must be like. See the Sigma Rules Specification 2.1, appendix "Modifiers".</summary>
internal abstract record ValueTest
{
    private ValueTest()
    {
    }

    /// <summary>The test in words, to follow "should be".</summary>
    public abstract string Describe();

    /// <summary>The text of a scalar is like the pattern.</summary>
    /// <param name="Pattern">The pattern.</param>
    /// <param name="IsCased">Whether letter case counts (modifier <c>cased</c>). Default in Sigma: it does not.</param>
    public sealed record Text(SigmaString Pattern, bool IsCased) : ValueTest
    {
        /// <inheritdoc/>
        public override string Describe() => $"'{Pattern}'{(IsCased ? " in this letter case" : "")}";
    }

    /// <summary>A regular expression is found in the text of a scalar; letter case counts unless it says otherwise (modifier <c>re</c>).</summary>
    public sealed record Regex(DetectionRegex Expression) : ValueTest
    {
        /// <inheritdoc/>
        public override string Describe() => $"found by the expression '{Expression}'";
    }

    /// <summary>The text is an address within the network (modifier <c>cidr</c>).</summary>
    public sealed record Cidr(IPNetwork Network) : ValueTest
    {
        /// <inheritdoc/>
        public override string Describe() => $"in {Network}";
    }

    /// <summary>The value is a number that compares so (modifiers <c>gt</c>, <c>gte</c>, <c>lt</c>, <c>lte</c>).</summary>
    public sealed record Comparison(ComparisonOperator Operator, decimal Number) : ValueTest
    {
        /// <inheritdoc/>
        public override string Describe() => $"{Words(Operator)} {Number}";
    }

    /// <summary>A part of a timestamp, in UTC, compares so (modifiers <c>minute</c>, <c>hour</c>, <c>day</c>, <c>week</c>, <c>month</c>, <c>year</c>).</summary>
    public sealed record Time(TimePart Part, ComparisonOperator Operator, decimal Number) : ValueTest
    {
        /// <inheritdoc/>
        public override string Describe() => $"a time whose {Part.ToString().ToLowerInvariant()} is {Words(Operator)} {Number}";
    }

    /// <summary>The text equals, begins with, ends with or contains that of another field of the event (modifier <c>fieldref</c>).</summary>
    public sealed record FieldReference(string Other, FieldRelation Relation, bool IsCased) : ValueTest
    {
        /// <inheritdoc/>
        public override string Describe() => $"related ({Relation}) to {Other}";
    }

    /// <summary>The event has the field, or has it not (modifier <c>exists</c>).</summary>
    public sealed record Existence(bool Expected) : ValueTest
    {
        /// <inheritdoc/>
        public override string Describe() => Expected ? "present" : "absent";
    }

    /// <summary>The field is missing or null (the value <c>null</c>).</summary>
    public sealed record Null : ValueTest
    {
        /// <inheritdoc/>
        public override string Describe() => "absent or null";
    }

    private static string Words(ComparisonOperator how) => how switch
    {
        ComparisonOperator.GreaterThan => "greater than",
        ComparisonOperator.GreaterThanOrEqual => "at least",
        ComparisonOperator.LessThan => "less than",
        ComparisonOperator.LessThanOrEqual => "at most",
        _ => "exactly",
    };
}

/// <summary>How a number compares with that of the rule.</summary>
internal enum ComparisonOperator
{
    /// <summary>Equal.</summary>
    EqualTo,

    /// <summary>Greater.</summary>
    GreaterThan,

    /// <summary>Greater or equal.</summary>
    GreaterThanOrEqual,

    /// <summary>Less.</summary>
    LessThan,

    /// <summary>Less or equal.</summary>
    LessThanOrEqual,
}

/// <summary>A part of a timestamp.</summary>
internal enum TimePart
{
    /// <summary>0 to 59.</summary>
    Minute,

    /// <summary>0 to 23.</summary>
    Hour,

    /// <summary>The day of the month, 1 to 31.</summary>
    Day,

    /// <summary>The week of the year by ISO 8601, 1 to 53.</summary>
    Week,

    /// <summary>1 to 12.</summary>
    Month,

    /// <summary>The year.</summary>
    Year,
}

/// <summary>How one text stands to another.</summary>
internal enum FieldRelation
{
    /// <summary>The same.</summary>
    EqualTo,

    /// <summary>Begins with it.</summary>
    StartsWith,

    /// <summary>Ends with it.</summary>
    EndsWith,

    /// <summary>Contains it.</summary>
    Contains,
}
