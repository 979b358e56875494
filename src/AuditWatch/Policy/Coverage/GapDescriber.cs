namespace AuditWatch.Policy.Coverage;

/// <summary>
/// Describes, for a person, the requests that a detection does not see, why, and what to change. Only the dimensions in which a gap differs from all that
/// the detection selects are mentioned.
/// </summary>
/// <param name="policy">The policy.</param>
/// <param name="universe">The requests that the policy and the detections tell apart.</param>
/// <param name="all">All requests that the detection selects.</param>
internal sealed class GapDescriber(AuditPolicy policy, RequestUniverse universe, IReadOnlyList<SelectorVisibility> all)
{
    private const int MaxNames = 5;

    private readonly BitSet[] _selected = [.. Enum.GetValues<Dimension>().Select(dimension => Side(all.Select(one => one.Shape), dimension))];

    /// <summary>Describes one gap.</summary>
    /// <param name="kind">What the detection loses.</param>
    /// <param name="hidden">The requests, not empty; one rule decides about all of them.</param>
    public Gap Describe(Verdict kind, IReadOnlyList<SelectorVisibility> hidden)
    {
        var (rule, missing) = (hidden[0].Rule, hidden[0].Missing);
        var shapes = hidden.Select(one => one.Shape).ToList();
        var requests = Requests(shapes, rule);
        if (missing != AuditStages.None)
        {
            var isPolicys = (policy.OmitStages & missing) != 0;
            var location = isPolicys ? policy.OmitStagesLocation : rule!.Location;
            return new Gap(kind, requests, location, $"omitStages: [{missing}]",
                new Fix(IndexOf(rule), [], missing, $"take {missing} out of the omitStages of {(isPolicys ? "the policy" : "the rule")}"));
        }

        var needed = hidden.MaxBy(one => one.Selector.Level)!.Selector;
        var rules = new RuleBuilder(universe).Build(shapes, needed.Level, rule);
        var where = rule is null ? "at the end of the rules" : $"before the rule in line {rule.Location.Line}";
        return new Gap(kind, requests, rule?.Location ?? policy.Rules[^1].Location, Reason(rule, kind, needed.Body),
            new Fix(IndexOf(rule), rules, AuditStages.None, $"put {where}: {string.Join(" and ", rules.Select(PolicyYaml.Line))}"));
    }

    private static string Reason(PolicyRule? rule, Verdict kind, string? body) =>
        rule is null ? "no rule matches"
        : kind == Verdict.SeesWithoutBody ? $"level: {rule.Level}, and {body} is needed"
        : $"level: {rule.Level}";

    private int IndexOf(PolicyRule? rule) => rule is null ? policy.Rules.Count : policy.Rules.TakeWhile(one => !ReferenceEquals(one, rule)).Count();

    private string Requests(IReadOnlyList<RequestShape> gap, PolicyRule? rule)
    {
        var (verbs, targets) = (Verbs(gap), Targets(gap));
        string[] phrases =
        [
            verbs.Length > 0 && targets.Length > 0 ? $"{verbs} of {targets}" : verbs + targets,
            Phrase("by ", Who(gap, rule)), Where(gap), Phrase("named ", Named(gap)), IsOnlyImpersonated(gap) ? "under another's name" : "",
        ];
        var words = string.Join(' ', phrases.Where(phrase => phrase.Length > 0));
        words = words.Length == 0 ? "all requests" : words;
        return Enum.GetValues<Dimension>().All(dimension => Side(gap, dimension).Is(_selected[(int)dimension])) ? words + ButRecorded(rule) : words;
    }

    // The gap has every value in every dimension, and still some combinations are recorded.
    private string ButRecorded(PolicyRule? rule)
    {
        var lines = all.Where(one => one.Visibility == Visibility.Full && one.Rule != rule).Select(one => one.Rule!.Location.Line).Distinct().Order().ToList();
        return lines.Count == 0 ? "" : $", but for what is recorded by the rule{(lines.Count == 1 ? "" : "s")} in line {List(lines.Select(line => $"{line}"))}";
    }

    private static string Phrase(string before, string words) => words.Length == 0 ? "" : before + words;

    private string Verbs(IReadOnlyList<RequestShape> gap)
    {
        var (some, whole) = (Side(gap, Dimension.Verb), _selected[(int)Dimension.Verb]);
        var verbs = some.Members().Select(i => universe.Verbs[i]).ToList();
        var possible = Side(gap, Dimension.Target).Members().SelectMany(i => universe.Targets[i].Verbs).Distinct().ToList();
        var others = possible.Except(verbs).ToList();
        return some.Is(whole) || others.Count == 0 ? ""
            : verbs.Count > 3 && others.Count < 3 ? "everything but " + List(others)
            : List(verbs);
    }

    private string Targets(IReadOnlyList<RequestShape> gap)
    {
        var (some, whole) = (Side(gap, Dimension.Target), _selected[(int)Dimension.Target]);
        var verbs = Side(gap, Dimension.Verb).Members().Select(i => universe.Verbs[i]).ToList();
        var outside = BitSet.Except(whole, some).Members().Where(i => universe.Targets[i].Verbs.Any(verbs.Contains)).ToList();
        var isOpen = some.Members().Any(IsOpen);
        if (isOpen && outside.Count <= MaxNames)
        {
            return outside.Count == 0 ? "" : "anything but " + List(outside.Select(Text));
        }

        return List(some.Members().Where(i => !IsOpen(i)).Select(Text).Except(some.Members().Select(Text).Where(text => text.EndsWith('*')).Select(text => text[..^1])))
            + (isOpen ? " and kinds that no rule names" : "");

        bool IsOpen(int i) => Unmentioned.Is(universe.Targets[i].IsResource ? universe.Targets[i].Group : universe.Targets[i].Path) && universe.Targets[i].Path is "" or "/\0";
        string Text(int i) => universe.Targets[i].ToString().Replace(Unmentioned.Value, "*", StringComparison.Ordinal);
    }

    private string Who(IReadOnlyList<RequestShape> gap, PolicyRule? rule)
    {
        var (some, whole) = (Side(gap, Dimension.Principal), _selected[(int)Dimension.Principal]);
        if (some.Is(whole))
        {
            return "";
        }

        if (rule is { Users.Count: > 0 } or { UserGroups.Count: > 0 })
        {
            return string.Join(" in ", new[] { List(rule.Users), rule.UserGroups.Count > 0 ? "members of " + List(rule.UserGroups) : "" }.Where(part => part.Length > 0));
        }

        var principals = some.Members().Select(i => universe.Principals[i]).ToList();
        return principals.TrueForAll(one => !one.IsAuthenticated) ? "nobody who is authenticated (401)"
            : principals.Exists(one => Unmentioned.Is(one.Name)) ? "all that no rule before it names"
            : List(principals.Select(one => one.Name).Distinct());
    }

    private string Where(IReadOnlyList<RequestShape> gap)
    {
        var (some, whole) = (Side(gap, Dimension.Namespace), _selected[(int)Dimension.Namespace]);
        var namespaces = some.Members().Select(i => universe.Namespaces[i]).ToList();
        return some.Is(whole) || !Side(gap, Dimension.Target).Members().Any(i => universe.Targets[i].IsResource) ? ""
            : namespaces is [""] ? "without a namespace"
            : !namespaces.Exists(Unmentioned.Is) ? "in " + List(namespaces.Where(name => name.Length > 0))
            : "outside of " + List(BitSet.Except(whole, some).Members().Select(i => universe.Namespaces[i]).Select(name => name.Length == 0 ? "lists across namespaces" : name));
    }

    private string Named(IReadOnlyList<RequestShape> gap)
    {
        var (some, whole) = (Side(gap, Dimension.Name), _selected[(int)Dimension.Name]);
        var names = some.Members().Select(i => universe.Names[i]).ToList();
        return some.Is(whole) || names.Exists(name => name.Length == 0 || Unmentioned.Is(name)) ? "" : List(names);
    }

    private bool IsOnlyImpersonated(IReadOnlyList<RequestShape> gap) =>
        !Side(gap, Dimension.Impersonation).Contains(0) && _selected[(int)Dimension.Impersonation].Contains(0);

    private static BitSet Side(IEnumerable<RequestShape> shapes, Dimension dimension) => shapes.Select(one => one[dimension]).Aggregate(BitSet.Either);

    private static string List(IEnumerable<string> words)
    {
        var list = words.ToList();
        return string.Join(", ", list.Take(MaxNames)) + (list.Count > MaxNames ? $" and {list.Count - MaxNames} more" : "");
    }
}
