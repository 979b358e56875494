using AuditWatch.Detection.Sigma;
using AuditWatch.Events;
using AuditWatch.Events.Json;

namespace AuditWatch.Detection.Matching;

/// <summary>Compiles expressions to matchers, which work on the bytes of an event.</summary>
internal static class MatcherCompiler
{
    public static Matcher Compile(Expression expression) => Compile(expression, null);

    // Within |any, elementPath is the path of the array.
    private static Matcher Compile(Expression expression, string? elementPath) => expression switch
    {
        Expression.Selection selection => Compile(selection.Body, elementPath),
        Expression.Not negation => new NotMatcher(Compile(negation.Part, elementPath)),
        Expression.And all => new AndMatcher([.. all.Parts.Select(part => Compile(part, elementPath))]),
        Expression.Or list when FieldOfList(list) is { } field =>
            Field(field, new AnyOfMatcher([.. Tests(list).Select(Value)]), string.Join(" or ", Tests(list).Select(test => test.Describe())), elementPath),
        Expression.Or any => new OrMatcher([.. any.Parts.Select(part => Compile(part, elementPath))]),
        Expression.Field { Test: ValueTest.Existence test } field => Existence(field.Path, test.Expected, elementPath),
        Expression.Field { Test: ValueTest.Null } field => new NotMatcher(Field(field.Path, new NotNullMatcher(), "present", elementPath)),
        Expression.Field { Test: ValueTest.FieldReference test } field => new FieldReferenceMatcher(FieldPath.Parse(field.Path), FieldPath.Parse(test.Other), test),
        Expression.Keyword keyword => new KeywordMatcher(Value(keyword.Test), keyword.Test.Describe()),
        Expression.Field field => Field(field.Path, Value(field.Test), field.Test.Describe(), elementPath),
        Expression.AnyElement array => new AnyElementMatcher(FieldPath.Parse(array.Path), Compile(array.Element, array.Path)),
        _ => throw new ArgumentOutOfRangeException(nameof(expression)),
    };

    private static Matcher Field(string path, ValueMatcher test, string wanted, string? elementPath) => elementPath is null
        ? new EventFieldMatcher(FieldPath.Parse(path), test, wanted)
        : new ElementFieldMatcher($"{elementPath}.{path}", RelativePath.Parse(path), test, wanted);

    private static Matcher Existence(string path, bool expected, string? elementPath) => elementPath is null
        ? new EventFieldExistence(FieldPath.Parse(path), expected)
        : new ElementFieldExistence($"{elementPath}.{path}", RelativePath.Parse(path), expected);

    /// <summary>What looks at one value.</summary>
    public static ValueMatcher Value(ValueTest test) => test switch
    {
        ValueTest.Text text => new TextMatcher(text.Pattern, text.IsCased),
        ValueTest.Regex regex => new RegexMatcher(regex.Expression),
        ValueTest.Cidr cidr => new CidrMatcher(cidr.Network),
        ValueTest.Time time => new TimeMatcher(time.Part, time.Operator, time.Number),
        ValueTest.Comparison comparison => new ComparisonMatcher(comparison.Operator, comparison.Number),
        _ => throw new ArgumentOutOfRangeException(nameof(test)),
    };

    private static IEnumerable<ValueTest> Tests(Expression.Or list) => list.Parts.Cast<Expression.Field>().Select(part => part.Test);

    // The field, if every part is a test of a value of that one field: then it is looked up once.
    private static string? FieldOfList(Expression.Or list) =>
        list.Parts is [Expression.Field first, ..]
        && list.Parts.All(part => part is Expression.Field { Test: not (ValueTest.Null or ValueTest.Existence or ValueTest.FieldReference) } field && field.Path == first.Path)
            ? first.Path
            : null;
}
