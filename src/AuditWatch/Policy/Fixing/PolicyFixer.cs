using AuditWatch.Detection;

namespace AuditWatch.Policy.Fixing;

/// <summary>
/// Closes all gaps of a policy: puts rules before those that hide something, as few as say it, the highest level first, until every detection sees what it needs. What a rule of the
/// policy decides about otherwise it still decides about. Bodies that are credentials are not recorded for it.
/// </summary>
internal sealed class PolicyFixer
{
    // A change may show a gap behind it: one that another rule would hide as well.
    private const int MaxRounds = 10;

    private static readonly GroupResources[] Credentials =
    [
        new("", ["secrets", "serviceaccounts/token"], [], default),
        new("authentication.k8s.io", ["tokenreviews"], [], default),
    ];

    private readonly AuditPolicy _policy;
    private readonly List<PolicyRule>[] _before;
    private readonly AuditStages[] _taken;

    // What was put into the policy that was evaluated last.
    private readonly HashSet<PolicyRule> _placed = new(ReferenceEqualityComparer.Instance);
    private AuditStages _takenFromPolicy;

    private PolicyFixer(AuditPolicy policy)
    {
        _policy = policy;
        _before = [.. Enumerable.Range(0, policy.Rules.Count + 1).Select(_ => new List<PolicyRule>())];
        _taken = new AuditStages[policy.Rules.Count];
    }

    /// <summary>Fixes a policy.</summary>
    public static FixedPolicy Fix(AuditPolicy policy, DetectionSet detections)
    {
        // Fixed rules speak of nothing that the policy and the detections do not: what tells requests apart stays the same.
        var evaluator = CoverageEvaluator.For(policy, detections);
        var (fixer, before) = (new PolicyFixer(policy), evaluator.Evaluate(policy));
        var (coverage, fixedPolicy) = (before, policy);
        for (var round = 0; round < MaxRounds && coverage.Any(one => one.Gaps.Count > 0); round++)
        {
            foreach (var fix in coverage.SelectMany(one => one.Gaps).Select(gap => gap.Fix))
            {
                fixer.Add(fix);
            }

            fixedPolicy = fixer.Fixed();
            coverage = evaluator.Evaluate(fixedPolicy);
        }

        return new FixedPolicy(fixedPolicy, fixer._before, fixer._taken, fixer._takenFromPolicy, before, coverage);
    }

    private void Add(Fix fix)
    {
        var slot = SlotOf(fix.Before);
        if (fix.Stages != AuditStages.None)
        {
            _takenFromPolicy |= fix.Stages & _policy.OmitStages;
            if (slot < _taken.Length)
            {
                _taken[slot] |= fix.Stages & _policy.Rules[slot].OmitStages;
            }

            return;
        }

        _before[slot].AddRange(fix.Rules);
    }

    // The fix counts the rules of the policy as it was fixed so far.
    private int SlotOf(int index)
    {
        for (var slot = 0; slot < _before.Length; slot++)
        {
            index -= _before[slot].Count(rule => _placed.Contains(rule)) + 1;
            if (index < 0)
            {
                return slot;
            }
        }

        return _before.Length - 1;
    }

    private AuditPolicy Fixed()
    {
        _placed.Clear();
        for (var slot = 0; slot < _before.Length; slot++)
        {
            _before[slot] = [.. WithoutCredentials(FewestRules.Of(_before[slot]))];
            _placed.UnionWith(_before[slot]);
        }

        return _policy with
        {
            OmitStages = _policy.OmitStages & ~_takenFromPolicy,
            Rules = [.. _before.SelectMany((rules, slot) => slot == _policy.Rules.Count ? rules : rules.Append(_policy.Rules[slot] with { OmitStages = _policy.Rules[slot].OmitStages & ~_taken[slot] }))],
        };
    }

    private static IEnumerable<PolicyRule> WithoutCredentials(IReadOnlyList<PolicyRule> rules)
    {
        foreach (var rule in rules)
        {
            if (rule.Level > AuditLevel.Metadata && Reached(rule) is { Length: > 0 } reached)
            {
                yield return rule with { Level = AuditLevel.Metadata, Resources = reached };
            }

            yield return rule;
        }
    }

    private static GroupResources[] Reached(PolicyRule rule) => rule.NonResourceUrls.Count > 0 ? []
        : [.. Credentials.Select(entry => entry with { Resources = [.. entry.Resources.Where(resource => Matches(rule, entry.Group, resource))] }).Where(entry => entry.Resources.Count > 0)];

    private static bool Matches(PolicyRule rule, string group, string resource)
    {
        var parts = resource.Split('/');
        return rule.Resources.Count == 0 || rule.Resources.Any(entry => entry.Matches(group, parts[0], parts.Length > 1 ? parts[1] : ""));
    }
}

/// <summary>A policy without the gaps that it had.</summary>
/// <param name="Policy">The policy, fixed.</param>
/// <param name="Before">The rules that are new, by the index of the rule of the original that they precede; the last ones stand at the end.</param>
/// <param name="Taken">Of each rule of the original, the stages that are taken out of its <c>omitStages</c>.</param>
/// <param name="TakenFromPolicy">The stages that are taken out of the policy's own <c>omitStages</c>.</param>
/// <param name="Was">What the detections see under the original.</param>
/// <param name="Is">What they see now.</param>
internal sealed record FixedPolicy(
    AuditPolicy Policy,
    IReadOnlyList<IReadOnlyList<PolicyRule>> Before,
    IReadOnlyList<AuditStages> Taken,
    AuditStages TakenFromPolicy,
    IReadOnlyList<DetectionCoverage> Was,
    IReadOnlyList<DetectionCoverage> Is)
{
    /// <summary>How many rules are new.</summary>
    public int Rules => Before.Sum(rules => rules.Count);

    /// <summary>Whether anything is different.</summary>
    public bool IsChanged => Rules > 0 || TakenFromPolicy != AuditStages.None || Taken.Any(stages => stages != AuditStages.None);
}
