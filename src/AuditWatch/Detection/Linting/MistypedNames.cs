using System.Text.Json.Nodes;
using AuditWatch.Detection.Sigma;

namespace AuditWatch.Detection.Linting;

/// <summary>
/// Finds names that are nearly those of Kubernetes: resources that are none (<c>pod</c>, <c>pods/exec</c>), and fields of bodies that no object has and another has by nearly the same name
/// (<c>podSpec.hostPId</c>). An exception with one never holds, so they are looked for everywhere in a condition. What is not near anything may be new, or of a custom resource.
/// </summary>
internal static class MistypedNames
{
    private static readonly string[] Bodies = ["object.", "requestObject.", "responseObject.", "change."];

    private static readonly Dictionary<string, string> Derived = new(StringComparer.Ordinal)
    {
        ["podSpec."] = "V1PodSpec",
        ["changedPodSpec."] = "V1PodSpec",
        ["containers."] = "V1Container",
        ["changedContainers."] = "V1Container",
    };

    /// <summary>Reports the mistakes in a condition, each where its field stands.</summary>
    public static void Report(Expression condition, Diagnostics diagnostics) =>
        Report(condition, new Context([], IsWhole: true, IsOfAny: !NamesResource(condition)), "", diagnostics);

    /// <summary>What is wrong with a body in an event of a test: the path of the first field that is nearly one of Kubernetes, and what that is; null if nothing is.</summary>
    /// <param name="auditEvent">The event.</param>
    public static string? ProblemIn(JsonObject auditEvent)
    {
        if (auditEvent["objectRef"] is not JsonObject target || target["resource"]?.ToString() is not { } resource || target["subresource"] is not null || auditEvent["verb"]?.ToString() is "delete" or "deletecollection")
        {
            return null;
        }

        foreach (var body in new[] { "requestObject", "responseObject" })
        {
            // A list, a Status and a patch in the form of a list are something else.
            if (auditEvent[body] is JsonObject map && !map.ContainsKey("items") && map["kind"]?.ToString() is not ("Status" or "DeleteOptions")
                && Paths(map, "").Select(path => (path, problem: KnownFields.ProblemIn(resource, path))).FirstOrDefault(one => one.problem is not null) is { problem: { } found, path: var where })
            {
                return $"{resource} have no '{body}.{where}': {found}";
            }
        }

        return null;
    }

    private static IEnumerable<string> Paths(JsonNode? node, string above) => node switch
    {
        JsonObject map => map.Where(pair => !pair.Key.StartsWith('$') && !pair.Key.Contains('.', StringComparison.Ordinal)).SelectMany(pair => Paths(pair.Value, above + pair.Key + ".").Prepend(above + pair.Key)),
        JsonArray list => list.SelectMany(element => Paths(element, above)),
        _ => [],
    };

    private static void Report(Expression expression, Context context, string above, Diagnostics diagnostics)
    {
        switch (expression)
        {
            case Expression.Selection selection:
                Report(selection.Body, context, above, diagnostics);
                break;
            case Expression.Not negation:
                Report(negation.Part, context, above, diagnostics);
                break;
            case Expression.And all:
                var inside = above.Length == 0 ? context.And(all) : context;
                all.Parts.ToList().ForEach(part => Report(part, inside, above, diagnostics));
                break;
            case Expression.Or any:
                any.Parts.ToList().ForEach(part => Report(part, context, above, diagnostics));
                break;
            case Expression.AnyElement element:
                Check(above + element.Path, element.Location, context, diagnostics);
                Report(element.Element, context, $"{above}{element.Path}.", diagnostics);
                break;
            case Expression.Field { Path: "objectRef.resource", Test: ValueTest.Text { Pattern.Parts: [{ Kind: SigmaString.PartKind.Literal } literal] } } field when above.Length == 0:
                CheckResource(literal.Text, field.Location, diagnostics);
                break;
            case Expression.Field field:
                Check(above + field.Path, field.Location, context, diagnostics);
                break;
        }
    }

    private static void CheckResource(string resource, SourceLocation location, Diagnostics diagnostics)
    {
        if (resource.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash)
        {
            diagnostics.Error(location, $"can never match: no event has objectRef.resource '{resource}'; write 'objectRef.resource: {resource[..slash]}' and 'objectRef.subresource: {resource[(slash + 1)..]}'");
        }
        else if (KnownFields.ResourceMeant(resource) is { } meant)
        {
            diagnostics.Error(location, $"can never match: resources are named in the plural; did you mean '{meant}'?");
        }
    }

    private static void Check(string path, SourceLocation location, Context context, Diagnostics diagnostics)
    {
        var problem = Derived.FirstOrDefault(pair => path.StartsWith(pair.Key, StringComparison.Ordinal)) is { Key: { } start, Value: { } type } ? KnownFields.ProblemInType(type, path[start.Length..])
            : Bodies.FirstOrDefault(body => path.StartsWith(body, StringComparison.Ordinal)) is { } prefix && context is { IsWhole: true, Resources.Count: > 0 } ? context.ProblemIn(path[prefix.Length..])
            : null;
        if (problem is not null)
        {
            diagnostics.Error(location, $"can never match: no object of Kubernetes has '{path}': {problem}");
        }
        else if (context is { IsWhole: true, IsOfAny: true } && Bodies.FirstOrDefault(body => path.StartsWith(body, StringComparison.Ordinal)) is { } any && KnownFields.ProblemInEvery(path[any.Length..]) is { } nearly)
        {
            diagnostics.Warning(location, $"no resource of Kubernetes has '{path}': {nearly} If it is a custom resource's, name that with 'objectRef.resource'");
        }
    }

    // A condition that names a group, a resource or an address anywhere may mean custom resources.
    private static bool NamesResource(Expression expression) => expression switch
    {
        Expression.Selection selection => NamesResource(selection.Body),
        Expression.Not negation => NamesResource(negation.Part),
        Expression.And all => all.Parts.Any(NamesResource),
        Expression.Or any => any.Parts.Any(NamesResource),
        Expression.Field field => field.Path is "objectRef.resource" or "objectRef.apiGroup" or "object.kind" or "requestObject.kind" or "responseObject.kind",
        _ => false,
    };

    // The resources that what stands together is about, whether it may be about them as a whole, and whether the condition is about any.
    private sealed record Context(IReadOnlyCollection<string> Resources, bool IsWhole, bool IsOfAny)
    {
        public Context And(Expression.And all)
        {
            var parts = all.Parts.SelectMany(Conjuncts).ToList();
            var named = parts.Select(Resource).FirstOrDefault(resources => resources.Count > 0) ?? Resources;
            var isPart = parts.Any(part => part is Expression.Field { Path: "objectRef.subresource", Test: not ValueTest.Null } or Expression.Or { Parts: [Expression.Field { Path: "objectRef.subresource" }, ..] });
            return this with { Resources = named, IsWhole = IsWhole && !isPart };
        }

        // Wrong for every resource: one that is not known could have it.
        public string? ProblemIn(string path)
        {
            var problems = Resources.Select(resource => KnownFields.ProblemIn(resource, path)).ToList();
            return problems.Contains(null) ? null : problems[0];
        }

        private static IEnumerable<Expression> Conjuncts(Expression expression) => expression switch
        {
            Expression.Selection selection => Conjuncts(selection.Body),
            Expression.And all => all.Parts.SelectMany(Conjuncts),
            _ => [expression],
        };

        private static IReadOnlyCollection<string> Resource(Expression expression)
        {
            IReadOnlyList<Expression> parts = expression is Expression.Or any ? any.Parts : [expression];
            var names = parts.Select(part => part is Expression.Field { Path: "objectRef.resource", Test: ValueTest.Text { Pattern.Parts: [{ Kind: SigmaString.PartKind.Literal } literal] } } ? literal.Text : null).ToList();
            return names.Contains(null) ? [] : [.. names.OfType<string>()];
        }
    }
}
