using System.Buffers;
using System.Buffers.Text;
using System.Text;
using AuditWatch.Detection.Sigma;
using AuditWatch.Events;
using AuditWatch.Events.Json;

namespace AuditWatch.Detection.Matching;

/// <summary>Matches texts in which a regular expression finds a match.</summary>
internal sealed class RegexMatcher(DetectionRegex expression) : ValueMatcher
{
    public override bool MayFindBelow(JsonValue root) => expression.MayMatchIn(root);

    protected override bool MatchesText(ReadOnlySpan<byte> text)
    {
        var characters = ArrayPool<char>.Shared.Rent(Encoding.UTF8.GetMaxCharCount(text.Length));
        try
        {
            var length = Encoding.UTF8.GetChars(text, characters);
            return expression.IsMatch(characters.AsSpan(0, length), isAscii: length == text.Length);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(characters);
        }
    }
}

/// <summary>Matches numbers by comparison with one.</summary>
internal sealed class ComparisonMatcher(ComparisonOperator how, decimal limit) : ValueMatcher
{
    public static bool Holds(decimal number, ComparisonOperator how, decimal limit) => how switch
    {
        ComparisonOperator.GreaterThan => number > limit,
        ComparisonOperator.GreaterThanOrEqual => number >= limit,
        ComparisonOperator.LessThan => number < limit,
        ComparisonOperator.LessThanOrEqual => number <= limit,
        _ => number == limit,
    };

    protected override bool MatchesText(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out decimal number, out var used) && used == text.Length && Holds(number, how, limit);
}

/// <summary>Matches timestamps by comparison of one of their parts, in UTC, with a number.</summary>
internal sealed class TimeMatcher(TimePart part, ComparisonOperator how, decimal limit) : ValueMatcher
{
    protected override bool MatchesText(ReadOnlySpan<byte> text) =>
        Timestamp.TryParse(text, out var time) && ComparisonMatcher.Holds(Number(time.UtcDateTime), how, limit);

    private int Number(DateTime time) => part switch
    {
        TimePart.Minute => time.Minute,
        TimePart.Hour => time.Hour,
        TimePart.Day => time.Day,
        TimePart.Week => System.Globalization.ISOWeek.GetWeekOfYear(time),
        TimePart.Month => time.Month,
        _ => time.Year,
    };
}

/// <summary>Matches every value but null.</summary>
internal sealed class NotNullMatcher : ValueMatcher
{
    public override bool Visit(JsonValue value) => value.Kind is not (JsonKind.Missing or JsonKind.Null);

    protected override bool MatchesText(ReadOnlySpan<byte> text) => true;
}

/// <summary>Matches if one of several tests does: the values of a list, tested in one walk over the field's values.</summary>
internal sealed class AnyOfMatcher(ValueMatcher[] tests) : ValueMatcher
{
    public override bool Visit(JsonValue value)
    {
        foreach (var test in tests)
        {
            if (test.Visit(value))
            {
                return true;
            }
        }

        return false;
    }

    public override bool MayFindBelow(JsonValue root)
    {
        foreach (var test in tests)
        {
            if (test.MayFindBelow(root))
            {
                return true;
            }
        }

        return false;
    }

    protected override bool MatchesText(ReadOnlySpan<byte> text) => false;
}
