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
    private readonly StepMatchParser _match = new(placeholders, diagnostics);

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
        CompositeChecks.Check(definition, body.LocationOf("steps"), diagnostics);
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
        var (variables, test) = map.TryGet("match", out var match) ? _match.Parse(match) : ([], null);
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

    /// <summary>A name of a step or a variable.</summary>
    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant)]
    public static partial Regex NamePattern();
}
