using System.Text.RegularExpressions;
using AuditWatch.Yaml;

namespace AuditWatch.Detection.Sigma;

/// <summary>
/// Reads the section <c>composite</c> of a document:
/// <code>
///   composite:
///     within: 24h
///     steps:
///       - made:  {rule: [privileged_role_created, role_grants_escalation], match: {objectRef.name: $role}}
///       - bound: {rule: role_bound, match: {binding.role: $role, outcome: allowed}, within: 1h}
///       - given: {not: change_announced, match: {objectRef.name: $role}}
///     until: {rule: role_deleted, match: {objectRef.name: $role}}
/// </code>
/// Detections that it refers to are checked by <see cref="CompositeLinks"/> once all are there.
/// </summary>
internal sealed partial class CompositeParser(Placeholders placeholders, Diagnostics diagnostics)
{
    private static readonly Dictionary<string, JoinOperator> Operators = new(StringComparer.Ordinal)
    {
        ["neq"] = JoinOperator.NotEqualTo,
        ["startswith"] = JoinOperator.StartsWith,
        ["endswith"] = JoinOperator.EndsWith,
        ["contains"] = JoinOperator.Contains,
        ["cidr"] = JoinOperator.InNetwork,
    };

    /// <summary>The composite, or null if it cannot be used.</summary>
    public CompositeDefinition? Parse(YamlMap body)
    {
        var before = diagnostics.ErrorCount;
        var within = body.Duration("within");
        if (within is null && body.LocationOf("within") == body.Location)
        {
            body.Missing("within");
        }

        var steps = Bound(Steps(body));
        var until = body.Map("until") is { } end ? Step("until", end, isUntil: true) : null;
        var definition = new CompositeDefinition
        {
            Steps = steps,
            Within = within ?? TimeSpan.Zero,
            IsOrdered = body.Boolean("ordered", otherwise: true),
            Until = until,
            Generate = body.Boolean("generate", otherwise: true),
        };
        body.RejectUnknown();
        Check(definition, body.LocationOf("steps"));
        return diagnostics.ErrorCount == before ? definition : null;
    }

    /// <summary>The steps with each variable bound by the first step that names it, unless that is a <c>not</c>.</summary>
    public static List<CompositeStep> Bound(IEnumerable<CompositeStep> steps)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        return [.. steps.Select(step => step.IsNot ? step : step with { Variables = [.. step.Variables.Select(use => use with { Binds = known.Add(use.Variable) })] })];
    }

    private List<CompositeStep> Steps(YamlMap body)
    {
        var steps = new List<CompositeStep>();
        if (!body.TryGet("steps", out var list))
        {
            body.Missing("steps");
            return steps;
        }

        foreach (var element in list.Elements)
        {
            var pairs = element.Pairs.ToList();
            if (pairs is not [var (name, value)])
            {
                diagnostics.Error(element.Location, "a step is a map of one key, its name: '- made: {rule: ..., match: {...}}'");
            }
            else if (!NamePattern().IsMatch(name.Text))
            {
                diagnostics.Error(name.Location, $"'{name.Text}' is no name for a step: letters, digits and '_', beginning with a letter");
            }
            else
            {
                if (steps.Find(step => step.Name == name.Text) is { } other)
                {
                    diagnostics.Error(name.Location, $"the step '{name.Text}' is there twice; the other one is at {other.Location}");
                }

                steps.Add(Step(name.Text, new YamlMap(value, diagnostics), isUntil: false) with { Location = name.Location });
            }
        }

        return steps;
    }

    private CompositeStep Step(string name, YamlMap map, bool isUntil)
    {
        var isNot = !isUntil && map.TryGet("not", out _);
        var (variables, test) = map.TryGet("match", out var match) ? Match(match) : ([], null);
        if (map.TryGet("rule", out _) == isNot)
        {
            diagnostics.Error(map.Location, isNot ? $"the step '{name}' has both 'rule' and 'not'; it is one or the other"
                : isUntil ? "'until' needs the detection that ends the story: 'until: {rule: ..., match: {...}}'"
                : $"the step '{name}' needs the detections whose findings it takes: 'rule: ...', or 'not: ...' for what must not be");
        }

        var step = new CompositeStep(name, Rules(map, isNot ? "not" : "rule"), map.Location)
        {
            IsNot = isNot,
            Variables = variables,
            Test = test,
            Within = isUntil ? null : map.Duration("within"),
            Generate = !map.TryGet("generate", out _) ? null : map.Boolean("generate", otherwise: true),
        };
        map.RejectUnknown();
        return step;
    }

    private List<RuleReference> Rules(YamlMap map, string key)
    {
        var rules = new List<RuleReference>();
        if (map.TryGet(key, out var list))
        {
            foreach (var element in list.Elements)
            {
                if (!element.IsScalar || element.Text.Length == 0)
                {
                    diagnostics.Error(element.Location, $"'{key}' must be the name or id of a detection, or a list of them");
                }
                else
                {
                    rules.Add(new RuleReference(element.Text, element.Location));
                }
            }
        }

        return rules;
    }

    private (List<VariableUse> Variables, Expression? Test) Match(YamlValue match)
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
        if (!NamePattern().IsMatch(name))
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

    private void Check(CompositeDefinition definition, SourceLocation steps)
    {
        var positive = definition.Positive.ToList();
        if (definition.Steps.Count is < 2 or > CompositeDefinition.MaxSteps)
        {
            diagnostics.Error(steps, $"a composite has 2 to {CompositeDefinition.MaxSteps} steps");
        }
        else if (positive.Count == 0)
        {
            diagnostics.Error(steps, "every step is a 'not': at least one must have a finding");
        }

        for (var i = 0; i < definition.Steps.Count; i++)
        {
            var step = definition.Steps[i];
            if (step.Within is not null && !definition.IsOrdered)
            {
                diagnostics.Error(step.Location, $"the step '{step.Name}' has a 'within', but steps without an order have none before them");
            }
            else if (step.Within > definition.Within && !(i == 0 && step.IsNot))
            {
                diagnostics.Warning(step.Location, $"the step '{step.Name}' may take longer than the whole story, which takes at most {definition.Within}");
            }
            else if (step.Within is not null && i == 0 && !step.IsNot)
            {
                diagnostics.Warning(step.Location, $"nothing is before the step '{step.Name}': its 'within' means nothing");
            }

            if (definition.IsOrdered && step.IsNot && i > 0 && definition.Steps[i - 1].IsNot)
            {
                diagnostics.Error(step.Location, $"'{definition.Steps[i - 1].Name}' and '{step.Name}' are both 'not', and nothing is between them; a 'not' takes a list of detections");
            }
        }

        // Every finding of such a step goes with every one of the others.
        foreach (var step in positive.Where(step => positive.Count > 1 && !positive.Exists(other => other != step && Joins(other).Intersect(Joins(step)).Any())))
        {
            diagnostics.Warning(step.Location, $"nothing but the cluster joins the step '{step.Name}' with the others: give a field of it the value of a variable of theirs");
        }

        CheckVariables(definition);

        static IEnumerable<string> Joins(CompositeStep step) => step.Variables.Where(use => use.How == JoinOperator.EqualTo).Select(use => use.Variable);
    }

    private void CheckVariables(CompositeDefinition definition)
    {
        var bound = definition.Positive.SelectMany(step => step.Variables).Where(use => use.Binds).ToDictionary(use => use.Variable, StringComparer.Ordinal);
        foreach (var part in definition.Parts)
        {
            foreach (var use in part.Variables.Where(use => !bound.ContainsKey(use.Variable)))
            {
                diagnostics.Error(use.Location, $"nothing gives ${use.Variable} a value: only 'not' and 'until' name it{Suggestion.For("$" + use.Variable, bound.Keys.Select(name => "$" + name))}");
            }

            foreach (var use in part.Variables.Where(use => use.Binds))
            {
                if (use.How != JoinOperator.EqualTo)
                {
                    diagnostics.Error(use.Location, $"${use.Variable} gets its value here, and there is nothing yet to compare with: leave the modifier out");
                }

                if (part.Variables.FirstOrDefault(other => other != use && other.Variable == use.Variable) is { } second)
                {
                    diagnostics.Error(second.Location, $"${use.Variable} is bound twice in the step '{part.Name}'; to compare two fields of one event use 'fieldref' in the rule");
                }
            }
        }
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
