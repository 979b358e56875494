using AuditWatch.Yaml;

namespace AuditWatch.Detection.Sigma;

/// <summary>
/// Reads the section <c>match</c> of a composite's step: <c>{objectRef.name: $role, userAgent|startswith: kubectl}</c>. A value that begins with a dollar
/// is a variable, which joins the step with others; every other pair tests the finding as a selection of Sigma does.
/// </summary>
internal sealed class StepMatchParser(Placeholders placeholders, Diagnostics diagnostics)
{
    private static readonly Dictionary<string, JoinOperator> Operators = new(StringComparer.Ordinal)
    {
        ["neq"] = JoinOperator.NotEqualTo,
        ["startswith"] = JoinOperator.StartsWith,
        ["endswith"] = JoinOperator.EndsWith,
        ["contains"] = JoinOperator.Contains,
        ["cidr"] = JoinOperator.InNetwork,
    };

    /// <summary>Reads the section; what is wrong in it is reported with its place and left out.</summary>
    /// <returns>The variables, and what else the finding must be like; null if nothing.</returns>
    public (List<VariableUse> Variables, Expression? Test) Parse(YamlValue match)
    {
        var variables = new List<VariableUse>();
        var tests = new List<Expression>();
        if (!match.IsMap)
        {
            diagnostics.Error(match.Location, "'match' must be a map of fields: {objectRef.name: $role, verb: create}");
        }

        var parser = new SelectionParser(placeholders, diagnostics);
        foreach (var (key, value) in match.Pairs)
        {
            try
            {
                if (IsVariable(value))
                {
                    variables.Add(Use(key, value));
                }
                else if (value.Elements.FirstOrDefault(IsVariable) is { IsScalar: true } element)
                {
                    throw new SigmaException(element.Location, "a variable stands alone, not in a list");
                }
                else
                {
                    tests.Add(Plain(parser.ParseItem(key, value), key));
                }
            }
            catch (SigmaException problem)
            {
                diagnostics.Error(problem.Location, problem.Message);
            }
        }

        return (variables, tests.Count switch { 0 => null, 1 => tests[0], _ => new Expression.And(tests) });
    }

    private static bool IsVariable(YamlValue value) => value.IsScalar && value.Text.StartsWith('$');

    private static VariableUse Use(YamlValue key, YamlValue value)
    {
        var name = value.Text[1..];
        var words = key.Text.Split('|');
        var field = ShortFieldNames.Resolve(words[0]);
        if (!CompositeParser.NamePattern().IsMatch(name))
        {
            throw new SigmaException(value.Location, $"'{value.Text}' is no variable: a dollar, then letters, digits and '_', beginning with a letter. For text that begins with a dollar write '\\{value.Text}'");
        }

        if (!Events.FieldPath.TryParse(field, out _))
        {
            throw new SigmaException(key.Location, $"no audit event has a field '{field}'{Events.EventSchema.Suggest(field)}");
        }

        return words[1..] switch
        {
            [] or ["cased"] => new VariableUse(field, name, JoinOperator.EqualTo, key.Location),
            [var modifier] when Operators.TryGetValue(modifier, out var how) => new VariableUse(field, name, how, key.Location),
            [var modifier] => throw new SigmaException(key.Location, $"'{modifier}' does not compare with a variable; {string.Join(", ", Operators.Keys)} do{Suggestion.For(modifier, Operators.Keys)}"),
            _ => throw new SigmaException(key.Location, "one modifier is enough to compare with a variable"),
        };
    }

    // What is looked for in the values that a finding carries: these are of fields.
    private static Expression Plain(Expression expression, YamlValue key) => expression switch
    {
        Expression.Keyword or Expression.AnyElement => throw new SigmaException(key.Location, "a step looks at fields of findings; what else the event must be like belongs into the rule"),
        Expression.And all => new Expression.And([.. all.Parts.Select(part => Plain(part, key))]),
        Expression.Or any => new Expression.Or([.. any.Parts.Select(part => Plain(part, key))]),
        Expression.Not negation => new Expression.Not(Plain(negation.Part, key)),
        _ => expression,
    };
}
