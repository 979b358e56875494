using System.Text;
using AuditWatch.Detection.Sigma;
using AuditWatch.Events.Derived;

namespace AuditWatch.Detection.Matching;

/// <summary>
/// The values that a field must have for an expression to hold, as far as the expression pins them down: worked out once, so that an event is
/// shown only to rules it could match.
/// </summary>
internal static class NecessaryValues
{
    /// <summary>Stands for a field that is missing or null. No value can be this: a value has no NUL in it.</summary>
    public const string Absent = "\0absent";

    /// <summary>The values in lower case, or null if the field may have any.</summary>
    public static HashSet<string>? Of(Expression expression, string field) => expression switch
    {
        Expression.Selection selection => Of(selection.Body, field),
        Expression.Field { Test: ValueTest.Null } test when test.Path == field => [Absent],
        Expression.Field { Test: ValueTest.Text { Pattern.Parts: [{ Kind: SigmaString.PartKind.Literal } literal] } } test
            when test.Path == field && Ascii.IsValid(literal.Text) => [literal.Text.ToLowerInvariant()],
        Expression.Field { Path: "command", Test: not (ValueTest.Null or ValueTest.Existence { Expected: false }) } when field == "objectRef.subresource" =>
            [.. CommandFieldPath.Subresources],
        Expression.And all => all.Parts.Select(part => Of(part, field)).Aggregate(Both),
        Expression.Or any => any.Parts.Select(part => Of(part, field)).Aggregate(Either),
        _ => null,
    };

    private static HashSet<string>? Both(HashSet<string>? a, HashSet<string>? b) =>
        a is null ? b : b is null ? a : [.. a.Intersect(b, StringComparer.Ordinal)];

    private static HashSet<string>? Either(HashSet<string>? a, HashSet<string>? b) =>
        a is null || b is null ? null : [.. a.Union(b, StringComparer.Ordinal)];
}
