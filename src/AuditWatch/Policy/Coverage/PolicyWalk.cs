namespace AuditWatch.Policy.Coverage;

/// <summary>A policy, walked from its first rule to its last by shapes instead of by single requests.</summary>
internal sealed class PolicyWalk
{
    private readonly List<(PolicyRule Rule, IReadOnlyList<RequestShape> Shapes)> _rules;

    public PolicyWalk(AuditPolicy policy, RequestUniverse universe) =>
        _rules = [.. policy.Rules.Select(rule => (rule, RuleShapes.Of(rule, universe)))];

    /// <summary>Takes the requests apart by the rule that decides about them; the last part, if any, is what no rule matches.</summary>
    public IEnumerable<(RequestShape Shape, PolicyRule? Rule)> Decide(RequestShape requests)
    {
        var (left, rest) = (new List<RequestShape> { requests }, new List<RequestShape>());
        foreach (var (rule, shapes) in _rules)
        {
            if (left.Count == 0)
            {
                yield break;
            }

            foreach (var shape in shapes.Where(shape => left.Exists(shape.Overlaps)))
            {
                foreach (var one in left)
                {
                    if (shape.Overlaps(one))
                    {
                        yield return (one.Intersect(shape), rule);
                        rest.AddRange(one.Except(shape));
                    }
                    else
                    {
                        rest.Add(one);
                    }
                }

                (left, rest) = (rest, left);
                rest.Clear();
            }
        }

        foreach (var shape in left)
        {
            yield return (shape, null);
        }
    }
}
