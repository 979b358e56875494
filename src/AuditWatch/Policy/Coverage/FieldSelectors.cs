using AuditWatch.Detection.Sigma;
using AuditWatch.Events.Derived;

namespace AuditWatch.Policy.Coverage;

/// <summary>Builds selectors of the requests whose events can have certain values in one field. Immutable.</summary>
internal sealed class FieldSelectors(RequestUniverse universe)
{
    private static readonly string[] Unauthorized = ["401"];

    /// <summary>Selectors of the requests whose field passes one of the tests; if <paramref name="negated"/>, of those whose field passes none.</summary>
    public List<RequestSelector> Of(string path, IReadOnlyList<ValueTest> tests, bool negated)
    {
        if (BodyRequirement.Find(path) is { } requirement)
        {
            // Where no body is recorded, the field is absent: a test that asks for absence passes without it.
            var asksForBody = negated ? tests.Any(AsksForAbsence) : !tests.Any(AsksForAbsence);
            return asksForBody ? requirement.Select(universe, path) : Anything();
        }

        if (tests.OfType<ValueTest.FieldReference>().Any(test => BodyRequirement.Find(test.Other) is not null) && !negated)
        {
            return BodyRequirement.Find(tests.OfType<ValueTest.FieldReference>().First().Other)!.Select(universe, path);
        }

        // Many principals have the same value.
        var known = new Dictionary<string, bool?>(StringComparer.Ordinal);
        return path switch
        {
            "verb" => Sides(Dimension.Verb, i => Holds(universe.Verbs[i])),
            "stage" => Stages(tests, negated),
            "objectRef" => Targets(universe.TargetsByResource),
            "objectRef.apiGroup" => Targets(universe.TargetsByGroup),
            "objectRef.resource" => Targets(universe.TargetsByResource),
            "objectRef.subresource" => Targets(universe.TargetsBySubresource),
            "objectRef.namespace" => Sides(Dimension.Namespace, i => Holds(universe.Namespaces[i])),
            "objectRef.name" => Names(Sides(Dimension.Name, i => Holds(universe.Names[i]))),
            "requestURI" => Sides(Dimension.Target, i => HoldsForUri(universe.Targets[i])),
            "command" => Sides(Dimension.Target, i => HoldsForCommand(universe.Targets[i])),
            "user.username" => Sides(Dimension.Principal, i => Holds(universe.Principals[i].Name)),
            "user.groups" => Sides(Dimension.Principal, i => HoldsForGroups(universe.Principals[i])),
            "actor" => Actors(i => Holds(universe.Principals[i].Name)),
            "actor.kind" => Actors(i => Holds(universe.Principals[i].Kind)),
            "serviceAccount.namespace" => Actors(i => Holds(AccountOf(universe.Principals[i], 2))),
            "serviceAccount.name" => Actors(i => Holds(AccountOf(universe.Principals[i], 3))),
            "impersonatedUser" or "impersonatedUser.username" when tests.All(IsOnPresence) => Sides(Dimension.Impersonation, i => Holds(i == 0 ? "" : Unmentioned.Value)),
            _ when path.StartsWith("impersonatedUser", StringComparison.Ordinal) => Sides(Dimension.Impersonation, i => i == 0 ? Holds("") : null),
            "outcome" => Sides(Dimension.Principal, i => universe.Principals[i].IsAuthenticated ? null : Holds("denied")),
            "responseStatus.code" => Sides(Dimension.Principal, i => HoldsForCode(universe.Principals[i])),
            _ => Anything(),
        };

        bool? Holds(string value) => known.TryGetValue(value, out var holds) ? holds : known[value] = PartialEvaluation.AnyOf(tests.Select(test => PartialEvaluation.Test(test, value)));

        List<RequestSelector> Sides(Dimension dimension, Func<int, bool?> holds) => ByDecision(dimension, holds, negated);

        List<RequestSelector> Targets(IReadOnlyDictionary<string, BitSet> byValue)
        {
            var decisions = byValue.Select(one => (Holds: Holds(one.Key), Members: one.Value)).ToList();
            return Either(Dimension.Target, Those(holds => holds is { } sure && sure != negated), Those(holds => holds is null));

            BitSet Those(Func<bool?, bool> isIn) => BitSet.Union(universe.Targets.Count, decisions.Where(one => isIn(one.Holds)).Select(one => one.Members));
        }

        // A policy knows only the path of a URI, not its query, and of a resource not even the path.
        bool? HoldsForUri(Target target) => target.IsResource ? null : PartialEvaluation.AnyOf(tests.Select(test => test is ValueTest.Text text
            ? PartialEvaluation.TestPrefix(text.Pattern.Open(before: false, after: true), text.IsCased, Unmentioned.Known(target.Path)) is false ? false : (bool?)null
            : null));

        bool? HoldsForCommand(Target target) => CommandFieldPath.Subresources.Contains(target.Subresource) ? null : Holds("");

        bool? HoldsForGroups(Principal principal) => principal.Groups.Count == 0 ? Holds("")
            : PartialEvaluation.AnyOf(principal.Groups.Select(Holds)) is var holds && holds is false && !UserGroups.AreAll(principal.User) && tests.Any(IsPattern) ? null
            : holds;

        // Requests with invalid credentials get 401, and no others do.
        bool? HoldsForCode(Principal principal) => principal.IsAuthenticated
            ? tests.All(test => test is ValueTest.Text && Unauthorized.Any(code => PartialEvaluation.Test(test, code) is true) && !IsPattern(test)) ? false : null
            : Holds(Unauthorized[0]);

        List<RequestSelector> Actors(Func<int, bool?> holds) => RequestSelector.Union(
        [
            .. ByDecision(Dimension.Principal, holds, negated).Select(one => one with { Shape = one.Shape.Intersect(universe.WhereImpersonated(false)) }),
            One(universe.WhereImpersonated(true), isCertain: false),
        ]);

        List<RequestSelector> Names(List<RequestSelector> sides)
        {
            // The name of a created object is in the body, and the event has it from there.
            var creates = universe.WhereVerb(verb => verb == "create").Intersect(universe.Everything.With(Dimension.Target, universe.TargetsBySubresource[""]));
            return RequestSelector.Union(
            [
                .. sides.SelectMany(one => one.Shape.Except(creates).Select(rest => one with { Shape = rest })),
                One(creates, isCertain: false),
            ]);
        }
    }

    /// <summary>Selectors of the requests whose events can have, in an array, an element that passes some tests.</summary>
    public List<RequestSelector> OfElement(string path, bool negated) =>
        !negated && BodyRequirement.Find(path) is { } requirement ? requirement.Select(universe, path) : Anything();

    /// <summary>Selectors of the requests whose events can contain a keyword anywhere; for writes that takes the body.</summary>
    public List<RequestSelector> OfKeyword(bool negated)
    {
        var writes = universe.WhereVerb(verb => verb is "create" or "update" or "patch");
        return negated ? Anything() :
        [
            new RequestSelector(writes, AuditLevel.Request, "any text of the body", AuditStages.All, IsCertain: false),
            .. universe.Everything.Except(writes).Select(others => One(others, isCertain: false)),
        ];
    }

    private List<RequestSelector> Anything() => [One(universe.Everything, isCertain: false)];

    private static RequestSelector One(RequestShape shape, bool isCertain) => new(shape, AuditLevel.Metadata, null, AuditStages.All, isCertain);

    private List<RequestSelector> ByDecision(Dimension dimension, Func<int, bool?> holds, bool negated)
    {
        var decisions = Enumerable.Range(0, universe.Everything[dimension].Size).Select(holds).ToArray();
        return Either(dimension, BitSet.Where(decisions.Length, i => decisions[i] is { } known && known != negated), BitSet.Where(decisions.Length, i => decisions[i] is null));
    }

    private List<RequestSelector> Either(Dimension dimension, BitSet certain, BitSet open) =>
        [.. new[] { One(universe.Everything.With(dimension, certain), isCertain: true), One(universe.Everything.With(dimension, open), isCertain: false) }.Where(one => !one.Shape.IsEmpty)];

    private List<RequestSelector> Stages(IReadOnlyList<ValueTest> tests, bool negated)
    {
        var stages = new[] { AuditStages.RequestReceived, AuditStages.ResponseStarted, AuditStages.ResponseComplete, AuditStages.Panic }
            .Where(stage => PartialEvaluation.AnyOf(tests.Select(test => PartialEvaluation.Test(test, stage.ToString()))) is var holds && (holds is null || holds != negated))
            .Aggregate(AuditStages.None, (all, stage) => all | stage);
        return [new RequestSelector(universe.Everything, AuditLevel.Metadata, null, stages, IsCertain: true)];
    }

    private static bool AsksForAbsence(ValueTest test) => test is ValueTest.Null or ValueTest.Existence { Expected: false };

    private static bool IsOnPresence(ValueTest test) => test is ValueTest.Null or ValueTest.Existence;

    private static bool IsPattern(ValueTest test) => test is not ValueTest.Text { Pattern.Parts: [{ Kind: SigmaString.PartKind.Literal }] };

    private static string AccountOf(Principal principal, int part) => principal.Kind == "serviceaccount" ? principal.Name.Split(':')[part] : "";
}
