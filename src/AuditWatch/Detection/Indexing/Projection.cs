using AuditWatch.Detection.Sigma;
using AuditWatch.Events;
using AuditWatch.Events.Derived;

namespace AuditWatch.Detection.Indexing;

/// <summary>
/// Projects an expression onto some fields: the result tests only those fields, and holds for every event for which the whole expression can. A test of
/// another field is taken to hold, and below a <c>not</c> to fail.
/// <code>
///   verb: get and object.kind: Secret and not (actor: a or level: Request)     onto verb, actor:   verb: get and not actor: a
/// </code>
/// </summary>
internal static class Projection
{
    private static readonly Expression True = new Expression.And([]);
    private static readonly Expression False = new Expression.Or([]);

    /// <summary>The projection; null if it requires nothing of the fields.</summary>
    public static Expression? Onto(IReadOnlyList<EventField> fields, Expression expression)
    {
        var projected = Onto(fields, expression, open: true);
        return projected == True ? null : projected;
    }

    /// <summary>Whether an expression tests only the fields, so that it is its own projection.</summary>
    public static bool IsWhole(IReadOnlyList<EventField> fields, Expression expression) => expression switch
    {
        Expression.Selection selection => IsWhole(fields, selection.Body),
        Expression.And all => all.Parts.All(part => IsWhole(fields, part)),
        Expression.Or any => any.Parts.All(part => IsWhole(fields, part)),
        Expression.Not negation => IsWhole(fields, negation.Part),
        Expression.Field { Test: not ValueTest.FieldReference } field => IsOf(fields, FieldPath.Parse(field.Path)),
        _ => false,
    };

    private static Expression Onto(IReadOnlyList<EventField> fields, Expression expression, bool open) => expression switch
    {
        Expression.Selection selection => Onto(fields, selection.Body, open),
        Expression.And all => All(all.Parts.Select(part => Onto(fields, part, open))),
        Expression.Or any => Any(any.Parts.Select(part => Onto(fields, part, open))),
        Expression.Not negation => Not(Onto(fields, negation.Part, !open)),
        Expression.Field { Test: not ValueTest.FieldReference } field when IsOf(fields, FieldPath.Parse(field.Path)) => field,
        Expression.Field { Path: "command", Test: not (ValueTest.Null or ValueTest.Existence { Expected: false }) } field
            when open && fields.Contains(EventField.ObjectRefSubresource) => HasCommand(field.Location),
        _ => open ? True : False,
    };

    private static bool IsOf(IReadOnlyList<EventField> fields, FieldPath path) => path.Origins is { Count: > 0 } origins && origins.All(fields.Contains);

    private static Expression.Or HasCommand(SourceLocation location) => new Expression.Or(
        [.. CommandFieldPath.Subresources.Select(name => new Expression.Field("objectRef.subresource", new ValueTest.Text(SigmaString.Parse(name), IsCased: false), location))]);

    // True is an And of nothing and False an Or of nothing: what an expression made of them comes to is told by what is left of it.
    private static Expression All(IEnumerable<Expression> parts)
    {
        var asked = parts.Where(part => part != True).ToList();
        return asked.Contains(False) ? False : asked is [] ? True : asked is [var only] ? only : new Expression.And(asked);
    }

    private static Expression Any(IEnumerable<Expression> parts)
    {
        var possible = parts.Where(part => part != False).ToList();
        return possible.Contains(True) ? True : possible is [] ? False : possible is [var only] ? only : new Expression.Or(possible);
    }

    private static Expression Not(Expression part) => part == True ? False : part == False ? True : new Expression.Not(part);
}
