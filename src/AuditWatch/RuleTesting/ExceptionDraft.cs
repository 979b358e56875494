using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Events;

namespace AuditWatch.RuleTesting;

/// <summary>
/// A Sigma Filter for an alert that was none: it leaves out what the alert's actor does to that object in that cluster, in that way, as far as all requests that the alert keeps agree in it; and its test. Nothing that a client
/// says of itself is in it, and names stand in full: whoever takes another name, or does more, is found as before.
/// </summary>
internal sealed class ExceptionDraft
{
    private readonly Alert _alert;
    private readonly RequestSnapshot _request;
    private readonly IReadOnlyList<Selector> _selectors;

    private ExceptionDraft(Alert alert, IReadOnlyList<Selector> selectors) => (_alert, _request, _selectors) = (alert, alert.Requests[0], selectors);

    /// <summary>What the rule of the filter, and its file, is called.</summary>
    public string Name => $"exception_{_alert.Detection.Name}_{_alert.Id[..8]}";

    /// <summary>The draft for an alert.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="problem">Why there is none, for a person.</param>
    /// <returns>The draft; null if there is none.</returns>
    public static ExceptionDraft? Of(Alert alert, out string? problem)
    {
        problem = alert.Actor.Length == 0 || alert.Requests.Count == 0 ? "It is not known who acted, and an exception for everybody would be none."
            : IsCut(alert.Actor) ? "The actor's name is too long to be kept whole, and an exception for a part of it would be one for others."
            : null;
        if (problem is not null)
        {
            return null;
        }

        Selector[] all =
        [
            new("cluster", one => one.Cluster.Length > 0 ? one.Cluster : null, null),
            new("actor", one => one.Actor, null),
            new("verb", null, request => request.Verb),
            new("objectRef.apiGroup", null, request => request.ObjectRef?.ApiGroup),
            new("objectRef.resource", null, request => request.ObjectRef?.Resource),
            new("objectRef.subresource", null, request => request.ObjectRef?.Subresource),
            new("objectRef.namespace", null, request => request.ObjectRef?.Namespace),
            new("objectRef.name", null, request => request.ObjectRef?.Name),
            new("command", null, request => request.Command),
        ];
        return new ExceptionDraft(alert, [.. all.Where(selector => selector.ValueIn(alert) is { Length: > 0 } value && !IsCut(value) && !value.Contains(SecretMask.Hidden, StringComparison.Ordinal))]);
    }

    /// <summary>Whether an alert would not have been raised: as far as its requests are kept, all are what it leaves out.</summary>
    public bool Covers(Alert other) => other.Detection.Name == _alert.Detection.Name && other.Requests.Count > 0 && _selectors.All(selector => selector.ValueIn(other) == selector.ValueIn(_alert));

    /// <summary>The file of the filter.</summary>
    public string Text() => $$"""
        title: {{Quote($"Exception to {_alert.Detection.Name}: {_alert.Summary}")}}
        name: {{Name}}
        description: {{Quote($"Of the alert {_alert.Id}. Say why this is right, who says so, and until when.")}}
        logsource: {product: kubernetes, service: audit}
        filter:
          rules: [{{_alert.Detection.Name}}]
          selection:
        {{string.Join('\n', _selectors.Select(selector => $"    {selector.Field}: {Pattern(selector.ValueIn(_alert)!)}"))}}
          condition: not selection

        """;

    /// <summary>The file of its tests: the request is left out, and found if somebody else makes it. Without the latter, or without any, where the detection looks at what is not kept of requests.</summary>
    /// <param name="detections">The detections that run.</param>
    public string Tests(DetectionSet detections)
    {
        var (same, other) = (Event(_request.User, _request.ImpersonatedUser), Event(SomebodyElse(), null));
        var text = new StringBuilder($"# Run it beside the detection: auditwatch detections test builtin {Name}.yml\ndetection: {_alert.Detection.Name}\n");
        if (IsCut(_request.RequestUri ?? "") || !Fires(detections, same))
        {
            return text.Append("# The detection looks at more than is kept of a request. Take the event out of the log and write: {name: the request, fires: false, event: …}\ntests: []\n").ToString();
        }

        text.Append("tests:\n");
        Append("the request of the alert is left out", fires: false, same);
        if (Fires(detections, other))
        {
            Append("somebody else's is not", fires: true, other);
        }

        return text.ToString();

        void Append(string name, bool fires, JsonObject body) => text
            .Append(CultureInfo.InvariantCulture, $"  - name: {name}\n    fires: {(fires ? "true" : "false")}\n{(_alert.Cluster.Length > 0 ? $"    cluster: {Quote(_alert.Cluster)}\n" : "")}")
            .Append(CultureInfo.InvariantCulture, $"    event: {body.ToJsonString()}\n");
    }

    private bool Fires(DetectionSet detections, JsonObject body) => new DetectionTestRunner(detections).Run(new DetectionTestCase
    {
        Name = "",
        Detection = _alert.Detection.Name,
        Fires = true,
        Cluster = _alert.Cluster,
        Events = [body],
        Repeat = 1,
        Every = TimeSpan.FromSeconds(1),
        Location = new SourceLocation(Name, 1, 1),
    }).Passed;

    // The request as an event, without what is not kept of it: bodies, groups beyond those that everybody like that is in, annotations.
    private JsonObject Event(string? user, string? impersonated)
    {
        var body = new JsonObject
        {
            ["stage"] = _request.Stage,
            ["verb"] = _request.Verb,
            ["requestURI"] = _request.RequestUri,
            ["user"] = Person(user ?? ""),
            ["sourceIPs"] = new JsonArray(_request.ClientIP),
            ["userAgent"] = _request.UserAgent,
        };
        if (impersonated is not null)
        {
            body["impersonatedUser"] = Person(impersonated);
        }

        if (_request.ObjectRef is { } reference)
        {
            body["objectRef"] = new JsonObject(new[] { ("apiGroup", reference.ApiGroup), ("resource", reference.Resource), ("subresource", reference.Subresource), ("namespace", reference.Namespace), ("name", reference.Name) }
                .Where(one => one.Item2 is not null).Select(one => KeyValuePair.Create<string, JsonNode?>(one.Item1, one.Item2)));
        }

        if (_request.Code is { } code)
        {
            body["responseStatus"] = new JsonObject { ["code"] = code };
        }

        return body;
    }

    private static JsonObject Person(string name) => new()
    {
        ["username"] = name,
        ["groups"] = name.StartsWith("system:serviceaccount:", StringComparison.Ordinal) ? new JsonArray("system:serviceaccounts", "system:authenticated") : new JsonArray("system:authenticated"),
    };

    private string SomebodyElse() => _alert.Actor.StartsWith("system:serviceaccount:", StringComparison.Ordinal) ? "system:serviceaccount:elsewhere:somebody-else" : "somebody-else@example.com";

    private static bool IsCut(string value) => value.EndsWith('…');

    // What an attacker wrote: a JSON text is a YAML text, whatever is in it.
    private static string Quote(string value) => JsonSerializer.Serialize(value);

    private static string Pattern(string value) =>
        Quote(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal).Replace("?", "\\?", StringComparison.Ordinal));

    // A field, and its value in an alert: of the alert itself, or the one that all its requests have; null if they differ.
    private sealed record Selector(string Field, Func<Alert, string?>? OfAlert, Func<RequestSnapshot, string?>? OfRequest)
    {
        public string? ValueIn(Alert alert) => OfAlert is not null ? OfAlert(alert) : alert.Requests.Select(OfRequest!).Distinct(StringComparer.Ordinal).Take(2).ToList() is [var only] ? only : null;
    }
}
