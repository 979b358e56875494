using System.Collections.Frozen;
using System.Globalization;
using AuditWatch.Detection.Sigma;
using AuditWatch.Events;

namespace AuditWatch.Detection.Indexing;

/// <summary>
/// What must stand in a body of an event for an expression to match: one of some texts, letter case aside, as they are written in JSON. Only what hardly
/// any body has is worth a search.
/// <code>
///   verb: create and podSpec.hostPID: true                                  "hostPID"         a key, with its quotes
///   1 of [containers.image|re: xmrig|minerd, containers.args|contains: '*--donate-level*']    xmrig, minerd, --donate-level
///   containers.image: nginx or not object.metadata.labels.team: payments    nothing
/// </code>
/// </summary>
internal static class BodyNeeds
{
    private const int ShortestValue = 5;

    // Keys that workloads and roles usually have, besides those that every object has.
    private static readonly FrozenSet<string> CommonKeys = FrozenSet.Create(
        StringComparer.Ordinal,
        "kind", "apiVersion", "metadata", "name", "namespace", "labels", "annotations", "ownerReferences", "controller", "spec", "template", "status", "data", "type",
        "containers", "initContainers", "image", "command", "args", "env", "value", "ports", "resources", "volumes", "volumeMounts", "mountPath", "path", "securityContext",
        "serviceAccountName", "nodeName", "rules", "apiGroups", "verbs", "resourceNames", "roleRef", "subjects");

    /// <summary>The texts; null if an event could match whatever is in its bodies.</summary>
    public static IReadOnlyList<string>? Of(Expression expression) => Of(expression, within: null);

    // Within an element of an array, the path of the array.
    private static IReadOnlyList<string>? Of(Expression expression, string? within) => expression switch
    {
        Expression.Selection selection => Of(selection.Body, within),
        Expression.And all => Best(all.Parts.Select(part => Of(part, within))),
        Expression.Or any => Together(any.Parts.Select(part => Of(part, within))),
        Expression.AnyElement array when Redaction.IsBody(within ?? array.Path) => Best([KeyOf(array.Path, within), Of(array.Element, within ?? array.Path)]),
        Expression.Field field when Redaction.IsBody(within ?? field.Path) => field.Test switch
        {
            ValueTest.Null or ValueTest.Existence { Expected: false } => null,
            ValueTest.Text text => ValueOf(text.Pattern) ?? KeyOf(field.Path, within),
            ValueTest.Regex { Expression.PlainLiterals: { } literals } when literals.All(literal => literal.Length >= ShortestValue) => literals,
            _ => KeyOf(field.Path, within),
        },
        _ => null,
    };

    private static string[]? ValueOf(SigmaString pattern)
    {
        var longest = pattern.Parts.Select(part => part.Text).MaxBy(text => text.Length) ?? "";
        return longest.Length < ShortestValue || !BodyText.CanSearchFor(longest) || bool.TryParse(longest, out _)
            || decimal.TryParse(longest, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? null : [longest];
    }

    // The last key of a path; within an element the path has no root to leave out.
    private static string[]? KeyOf(string path, string? within)
    {
        var below = within is not null ? path : path.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? path[(dot + 1)..] : "";
        return RelativePath.Parse(below).LastKey is not { } key || CommonKeys.Contains(key) || !BodyText.CanSearchFor(key) ? null
            : (within ?? path).StartsWith("change", StringComparison.Ordinal) ? PartOfPointer(key)
            : [$"\"{key}\""];
    }

    // In a JSON Patch a key can stand within a path, where a slash and a tilde are written otherwise.
    private static string[]? PartOfPointer(string key) =>
        key.Split('/', '~').MaxBy(part => part.Length) is { Length: >= ShortestValue } part ? [part] : null;

    private static IReadOnlyList<string>? Best(IEnumerable<IReadOnlyList<string>?> needs) =>
        needs.OfType<IReadOnlyList<string>>().OrderByDescending(texts => texts.Min(text => text.Length)).ThenBy(texts => texts.Count).FirstOrDefault();

    private static List<string>? Together(IEnumerable<IReadOnlyList<string>?> needs)
    {
        var all = new List<string>();
        foreach (var texts in needs)
        {
            if (texts is null)
            {
                return null;
            }

            all.AddRange(texts);
        }

        return all.Count == 0 ? null : [.. all.Distinct(StringComparer.OrdinalIgnoreCase)];
    }
}
