using AuditWatch.Yaml;

namespace AuditWatch.Policy;

/// <summary>Tells requests that no API server knows from others: a mistyped verb or resource would be explained by whatever rule matches everything.</summary>
internal static class ImpossibleRequest
{
    /// <summary>Why there is no such request, or null if there can be.</summary>
    public static string? Reason(PolicyRequest request)
    {
        if (!request.IsForResource)
        {
            return Unless(KnownApi.AllVerbs.Contains(request.Verb), $"there is no verb '{request.Verb}'", request.Verb, KnownApi.AllVerbs);
        }

        if (KnownApi.Find(request.ApiGroup, request.Resource) is not { } known)
        {
            var isNamed = KnownApi.IsClosed(request.ApiGroup);
            return isNamed
                ? $"Kubernetes has no resource '{request.Resource}'{(request.ApiGroup.Length == 0 ? "" : $" in {request.ApiGroup}")}"
                    + Suggestion.For(request.Resource, KnownApi.Resources.Select(one => one.Name)) + "; a custom resource is written with its group, such as widgets.example.com"
                : VerbProblem(request);
        }

        return Unless(request.Subresource.Length == 0 || known.Subresources.Contains(request.Subresource),
            $"{known.Name} have no subresource '{request.Subresource}'", request.Subresource, known.Subresources) ?? VerbProblem(request);
    }

    private static string? VerbProblem(PolicyRequest request)
    {
        var verbs = KnownApi.Verbs(request.Resource, request.Subresource);
        var what = request.Resource + (request.Subresource.Length == 0 ? "" : "/" + request.Subresource);
        return verbs.Contains(request.Verb) ? null
            : $"there is no '{request.Verb}' of {what}; its verbs are {string.Join(", ", verbs)}{Suggestion.For(request.Verb, verbs)}";
    }

    private static string? Unless(bool isFine, string problem, string word, IEnumerable<string> known) => isFine ? null : problem + Suggestion.For(word, known);
}
