using System.Text;
using AuditWatch.Detection.Matching;
using AuditWatch.Detection.Sigma;
using AuditWatch.Events.Json;

namespace AuditWatch.Detection.Linting;

/// <summary>
/// Finds out whether any event could meet an expression, as far as that can be told from it: a value that no event has, two values of one field at
/// once, a part of a body that the resource does not have. Never calls impossible what is possible.
/// </summary>
internal sealed class PossibleMatches(Diagnostics diagnostics)
{
    // Fields that have one value in an event, so that two different ones exclude each other.
    private static readonly HashSet<string> SingleValued = new(StringComparer.Ordinal)
    {
        "verb", "stage", "level", "outcome", "actor", "actor.kind", "responseStatus.code", "user.username", "impersonatedUser.username", "clientIP",
        "objectRef.resource", "objectRef.subresource", "objectRef.apiGroup", "objectRef.namespace", "objectRef.name", "cluster", "source",
    };

    // What is impossible, until it is known whether something else makes up for it.
    private readonly List<(SourceLocation Location, string Problem)> _impossible = [];

    /// <summary>
    /// Reports what no event could meet, with its place: an error if the expression as a whole can never match, a warning if only an alternative cannot.
    /// </summary>
    public void Report(Expression expression)
    {
        if (!IsPossible(expression))
        {
            _impossible.ForEach(found => diagnostics.Error(found.Location, "can never match: " + found.Problem));
        }
    }

    private bool IsPossible(Expression expression) => expression switch
    {
        Expression.Selection selection => IsPossible(selection.Body),
        Expression.Not => true,
        Expression.And all => CheckAll(all),
        Expression.Or any => CheckAny(any),
        Expression.Field field => CheckField(field),
        _ => true,
    };

    private bool CheckAny(Expression.Or any)
    {
        var before = _impossible.Count;
        var possible = any.Parts.Select(IsPossible).ToList().Contains(true);
        if (possible)
        {
            _impossible.Skip(before).ToList().ForEach(found => diagnostics.Warning(found.Location, "this alternative can never match: " + found.Problem));
            _impossible.RemoveRange(before, _impossible.Count - before);
        }

        return possible;
    }

    private bool CheckAll(Expression.And all)
    {
        if (all.Parts.Select(IsPossible).ToList().Contains(false))
        {
            return false;
        }

        // What each part demands, selections and nested conjunctions opened up.
        var demands = all.Parts.SelectMany(Conjuncts).ToList();
        return !Contradicts(demands) && !AsksForForeignBody(demands);
    }

    private bool Contradicts(List<Expression> demands)
    {
        foreach (var group in demands.Select(Literals).Where(literals => literals.Field is not null && SingleValued.Contains(literals.Field)).GroupBy(literals => literals.Field))
        {
            var common = group.Select(literals => literals.Values).Aggregate((a, b) => [.. a.Intersect(b, StringComparer.OrdinalIgnoreCase)]);
            if (common.Count == 0)
            {
                var values = string.Join(" and ", group.Select(literals => string.Join('/', literals.Values.Order(StringComparer.Ordinal))));
                Impossible(group.Last().Location, $"one event cannot have {group.Key} {values}");
                return true;
            }
        }

        return false;
    }

    private bool AsksForForeignBody(List<Expression> demands)
    {
        var resources = demands.Select(Literals).FirstOrDefault(literals => literals.Field == "objectRef.resource").Values;
        if (resources is null)
        {
            return false;
        }

        foreach (var (field, location) in demands.SelectMany(FieldOf))
        {
            if (resources.All(resource => BodyFields.IsForeign(field, resource)))
            {
                Impossible(location, $"{string.Join(", ", resources)} have no {field}");
                return true;
            }
        }

        return false;
    }

    private bool CheckField(Expression.Field field)
    {
        if (!KnownValues.TryGet(field.Path, out var known) || field.Test is not ValueTest.Text text)
        {
            return true;
        }

        var matcher = new TextMatcher(text.Pattern, text.IsCased);
        if (known.Any(value => matcher.Visit(JsonValue.Text(Encoding.UTF8.GetBytes(value)))))
        {
            return true;
        }

        var written = text.Pattern.ToString();
        var suggestion = written is "replace" ? "; did you mean 'update'?" : Yaml.Suggestion.For(written, known);
        Impossible(field.Location, $"no event has {field.Path} '{written}'{suggestion}");
        return false;
    }

    private void Impossible(SourceLocation location, string problem) => _impossible.Add((location, problem));

    private static IEnumerable<Expression> Conjuncts(Expression expression) => expression switch
    {
        Expression.Selection selection => Conjuncts(selection.Body),
        Expression.And all => all.Parts.SelectMany(Conjuncts),
        _ => [expression],
    };

    // The values, if what is demanded is that one field be one of them.
    private static (string? Field, HashSet<string> Values, SourceLocation Location) Literals(Expression demand)
    {
        var parts = demand is Expression.Or any ? any.Parts : [demand];
        var values = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in parts)
        {
            if (part is not Expression.Field { Test: ValueTest.Text { Pattern.Parts: [{ Kind: SigmaString.PartKind.Literal } literal] } } field
                || field.Path != ((Expression.Field)parts[0]).Path)
            {
                return default;
            }

            values.Add(literal.Text);
        }

        var first = (Expression.Field)parts[0];
        return (first.Path, values, first.Location);
    }

    private static IEnumerable<(string Field, SourceLocation Location)> FieldOf(Expression demand) => demand switch
    {
        Expression.Field { Test: not (ValueTest.Null or ValueTest.Existence { Expected: false }) } field => [(field.Path, field.Location)],
        Expression.AnyElement element => [(element.Path, element.Location)],
        _ => [],
    };
}
