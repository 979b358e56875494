using AuditWatch.Detection.Sigma;
using AuditWatch.Events.Derived;

namespace AuditWatch.Policy.Coverage;

/// <summary>The requests whose event can have, or not have, one of some values in a field.</summary>
internal sealed class SoughtByField(RequestUniverse universe)
{
    private static readonly string[] Unauthorized = ["401"];

    /// <summary>The requests for which one of the tests is passed; or none, if <paramref name="negated"/>.</summary>
    public List<SoughtRequests> Of(string path, IReadOnlyList<ValueTest> tests, bool negated)
    {
        if (BodyNeed.Find(path) is { } need)
        {
            // A value that may be missing is found to be missing where no body is recorded.
            var asksForBody = negated ? tests.Any(AsksForAbsence) : !tests.Any(AsksForAbsence);
            return asksForBody ? need.In(universe, path) : Anything();
        }

        if (tests.OfType<ValueTest.FieldReference>().Any(test => BodyNeed.Find(test.Other) is not null) && !negated)
        {
            return BodyNeed.Find(tests.OfType<ValueTest.FieldReference>().First().Other)!.In(universe, path);
        }

        return path switch
        {
            "verb" => Sides(Dimension.Verb, i => Holds(universe.Verbs[i])),
            "stage" => Stages(tests, negated),
            "objectRef" => Sides(Dimension.Target, i => Holds(universe.Targets[i].Resource)),
            "objectRef.apiGroup" => Sides(Dimension.Target, i => Holds(universe.Targets[i].Group)),
            "objectRef.resource" => Sides(Dimension.Target, i => Holds(universe.Targets[i].Resource)),
            "objectRef.subresource" => Sides(Dimension.Target, i => Holds(universe.Targets[i].Subresource)),
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

        bool? Holds(string value) => Decision.Any(tests.Select(test => Decision.Of(test, value)));

        List<SoughtRequests> Sides(Dimension dimension, Func<int, bool?> holds) => ByDecision(dimension, holds, negated);

        // The rest of a URI, its query above all, is unknown to a policy; so is that of resources.
        bool? HoldsForUri(Target target) => target.IsResource ? null : Decision.Any(tests.Select(test => test is ValueTest.Text text
            ? Decision.OfBeginning(text.Pattern.Open(before: false, after: true), text.IsCased, Unmentioned.Known(target.Path)) is false ? false : (bool?)null
            : null));

        bool? HoldsForCommand(Target target) => CommandFieldPath.Subresources.Contains(target.Subresource) ? null : Holds("");

        bool? HoldsForGroups(Principal principal) => principal.Groups.Count == 0 ? Holds("")
            : Decision.Any(principal.Groups.Select(Holds)) is var known && known is false && !ImpliedGroups.AreAll(principal.User) && tests.Any(IsPattern) ? null
            : known;

        // 401 is what those get who are not authenticated, and nobody else does.
        bool? HoldsForCode(Principal principal) => principal.IsAuthenticated
            ? tests.All(test => test is ValueTest.Text && Unauthorized.Any(code => Decision.Of(test, code) is true) && !IsPattern(test)) ? false : null
            : Holds(Unauthorized[0]);

        List<SoughtRequests> Actors(Func<int, bool?> holds) => SoughtList.Either(
        [
            .. ByDecision(Dimension.Principal, holds, negated).Select(one => one with { Shape = one.Shape.Intersect(universe.WhereImpersonated(false)) }),
            One(universe.WhereImpersonated(true), isCertain: false),
        ]);

        List<SoughtRequests> Names(List<SoughtRequests> sides)
        {
            // The name of what is created is in the body, from where it gets into the event.
            var creates = universe.WhereVerb(verb => verb == "create").Intersect(universe.WhereTarget(target => target.Subresource.Length == 0));
            return SoughtList.Either(
            [
                .. sides.SelectMany(one => one.Shape.Except(creates).Select(rest => one with { Shape = rest })),
                One(creates, isCertain: false),
            ]);
        }
    }

    /// <summary>The requests whose event can have an array with such an element.</summary>
    public List<SoughtRequests> OfElement(string path, bool negated) =>
        !negated && BodyNeed.Find(path) is { } need ? need.In(universe, path) : Anything();

    /// <summary>A keyword is looked for in the whole event; of what is written, the body is where it would be.</summary>
    public List<SoughtRequests> OfKeyword(bool negated)
    {
        var writes = universe.WhereVerb(verb => verb is "create" or "update" or "patch");
        return negated ? Anything() :
        [
            new SoughtRequests(writes, AuditLevel.Request, "any text of the body", AuditStages.All, IsCertain: false),
            .. universe.Everything.Except(writes).Select(others => One(others, isCertain: false)),
        ];
    }

    private List<SoughtRequests> Anything() => [One(universe.Everything, isCertain: false)];

    private static SoughtRequests One(RequestShape shape, bool isCertain) => new(shape, AuditLevel.Metadata, null, AuditStages.All, isCertain);

    private List<SoughtRequests> ByDecision(Dimension dimension, Func<int, bool?> holds, bool negated) =>
    [
        .. new[]
        {
            One(universe.Where(dimension, i => holds(i) is { } known && known != negated), isCertain: true),
            One(universe.Where(dimension, i => holds(i) is null), isCertain: false),
        }.Where(one => !one.Shape.IsEmpty),
    ];

    private List<SoughtRequests> Stages(IReadOnlyList<ValueTest> tests, bool negated)
    {
        var stages = new[] { AuditStages.RequestReceived, AuditStages.ResponseStarted, AuditStages.ResponseComplete, AuditStages.Panic }
            .Where(stage => Decision.Any(tests.Select(test => Decision.Of(test, stage.ToString()))) is var holds && (holds is null || holds != negated))
            .Aggregate(AuditStages.None, (all, stage) => all | stage);
        return [new SoughtRequests(universe.Everything, AuditLevel.Metadata, null, stages, IsCertain: true)];
    }

    private static bool AsksForAbsence(ValueTest test) => test is ValueTest.Null or ValueTest.Existence { Expected: false };

    private static bool IsOnPresence(ValueTest test) => test is ValueTest.Null or ValueTest.Existence;

    private static bool IsPattern(ValueTest test) => test is not ValueTest.Text { Pattern.Parts: [{ Kind: SigmaString.PartKind.Literal }] };

    private static string AccountOf(Principal principal, int part) => principal.Kind == "serviceaccount" ? principal.Name.Split(':')[part] : "";
}
