using System.Text;
using System.Text.Json;
using AuditWatch.Events;

namespace AuditWatch.RuleTesting;

/// <summary>
/// A first rule for requests such as one that was seen, and its tests. It selects by what was asked for, not by who asked; bodies, which may hold secrets,
/// are not copied.
/// </summary>
/// <param name="name">The name of the rule.</param>
/// <param name="fields">The fields of the request that are not empty, by their paths.</param>
internal sealed class RuleDraft(string name, IReadOnlyDictionary<string, string> fields)
{
    private static readonly string[] Copied =
    [
        "verb", "requestURI", "user.username", "user.groups", "impersonatedUser.username", "sourceIPs", "userAgent",
        "objectRef.apiGroup", "objectRef.resource", "objectRef.subresource", "objectRef.namespace", "objectRef.name", "responseStatus.code",
    ];

    private bool IsForResource => fields.ContainsKey("objectRef.resource");

    /// <summary>A draft to start from where no request is given: the log of a pod is read.</summary>
    public static RuleDraft Example(string name) => new(name, new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["verb"] = "get",
        ["user.username"] = "jane@example.com",
        ["sourceIPs"] = "203.0.113.7",
        ["objectRef.resource"] = "pods",
        ["objectRef.subresource"] = "log",
        ["objectRef.namespace"] = "payments",
        ["objectRef.name"] = "api-0",
        ["responseStatus.code"] = "200",
    });

    /// <summary>A draft for the request of that audit ID in a log of a JSON object a line; null if it is not there.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public static RuleDraft? FromLog(string name, string file, string auditId)
    {
        RuleDraft? last = null;
        foreach (var line in File.ReadLines(file).Where(line => line.Contains(auditId, StringComparison.Ordinal)))
        {
            using var batch = new EventBatch(new EventOrigin(file), DateTimeOffset.MaxValue);
            batch.Append(Encoding.UTF8.GetBytes(line + "\n"));
            new AuditEventReader(file).Read(batch, isFinal: true);
            for (var i = 0; i < batch.Count; i++)
            {
                var auditEvent = batch[i];
                if (EventText.Of(auditEvent, FieldPath.Parse("auditID")) == auditId)
                {
                    var fields = new Dictionary<string, string>(StringComparer.Ordinal);
                    foreach (var path in Copied)
                    {
                        if (EventValues.Of(auditEvent, FieldPath.Parse(path)) is { Count: > 0 } values && values[^1].Length > 0)
                        {
                            fields[path] = SecretMask.Mask(values[^1]);
                        }
                    }

                    last = new RuleDraft(name, fields);
                }
            }
        }

        return last;
    }

    /// <summary>The file of the rule.</summary>
    public string Text()
    {
        var what = IsForResource
            ? string.Concat(fields["objectRef.resource"], fields.TryGetValue("objectRef.subresource", out var sub) ? "/" + sub : "")
            : Path(fields.GetValueOrDefault("requestURI") ?? "/");
        string[] selected = IsForResource ? ["verb", "objectRef.apiGroup", "objectRef.resource", "objectRef.subresource", "objectRef.namespace"] : ["verb"];
        var lines = selected.Select(path => fields.TryGetValue(path, out var value) ? $"    {path}: {Pattern(value)}" : path == "objectRef.subresource" ? $"    {path}: null" : null).OfType<string>()
            .Concat(IsForResource ? [] : [$"    requestURI|startswith: {Pattern(what)}"]);
        return $$"""
            title: {{Quote($"{fields.GetValueOrDefault("verb")} of {what}")}}
            name: {{name}}
            id: {{Guid.NewGuid()}}
            status: experimental
            description: Say why it matters.
            logsource: {product: kubernetes, service: audit}
            detection:
              selection:
            {{string.Join('\n', lines)}}
              condition: selection
            falsepositives:
              - Say what else makes it fire.
            level: medium
            auditwatch:
              summary: "{actor}: {verb} {requestURI} ({outcome})"
              dedup: {by: [actor], window: 1h}
              runbook: |
                1. Say whom to ask.
                2. Say how to stop it.
                3. Say what else to look at.

            """;
    }

    /// <summary>The file of its tests, which pass.</summary>
    public string Tests()
    {
        var other = fields.GetValueOrDefault("verb") == "watch" ? "list" : "watch";
        var elsewhere = !IsForResource ? "{requestURI: /elsewhere}"
            : fields.ContainsKey("objectRef.namespace") ? "{objectRef: {namespace: elsewhere}}"
            : "{objectRef: {resource: elsewhere}}";
        return $$"""
            # Laid under every event; a test says what is different.
            defaults:
              verb: {{Value("verb")}}
              requestURI: {{Value("requestURI")}}
              user: {{Map("user", "username", "groups")}}
              impersonatedUser: {{Map("impersonatedUser", "username")}}
              sourceIPs: [{{Value("sourceIPs")}}]
              userAgent: {{Value("userAgent")}}
              objectRef: {{Map("objectRef", "apiGroup", "resource", "subresource", "namespace", "name")}}
              responseStatus: {code: {{fields.GetValueOrDefault("responseStatus.code") ?? "200"}}}
            tests:
              - name: the request itself
                fires: true
              - name: somewhere else
                fires: false
                event: {{elsewhere}}
              - name: another verb
                fires: false
                event: {verb: {{other}}}

            """;
    }

    private static string Path(string uri) => uri.Split('?')[0];

    private string Value(string path) => fields.TryGetValue(path, out var value) ? Quote(value) : "null";

    private string Map(string above, params IEnumerable<string> members)
    {
        var present = members.Where(member => fields.ContainsKey($"{above}.{member}")).Select(member => $"{member}: {(member == "groups" ? $"[{Value($"{above}.{member}")}]" : Value($"{above}.{member}"))}").ToList();
        return present.Count == 0 ? "null" : $"{{{string.Join(", ", present)}}}";
    }

    // What an attacker wrote: a JSON text is a YAML text, whatever is in it.
    private static string Quote(string value) => JsonSerializer.Serialize(value);

    private static string Pattern(string value) =>
        Quote(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal).Replace("?", "\\?", StringComparison.Ordinal));
}
