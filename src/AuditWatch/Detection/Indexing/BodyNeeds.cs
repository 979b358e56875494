using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using AuditWatch.Detection.Sigma;
using AuditWatch.Events;
using AuditWatch.Events.Json;

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
    // Keys that workloads and roles usually have, besides those that every object has.
    private static readonly FrozenSet<string> CommonKeys = FrozenSet.Create(
        StringComparer.Ordinal,
        "kind", "apiVersion", "metadata", "name", "namespace", "labels", "annotations", "ownerReferences", "controller", "spec", "template", "status", "data", "type",
        "containers", "initContainers", "image", "command", "args", "env", "value", "ports", "resources", "volumes", "volumeMounts", "mountPath", "path", "securityContext",
        "serviceAccountName", "nodeName", "rules", "apiGroups", "verbs", "resourceNames", "roleRef", "subjects");

    /// <summary>Whether a text is a key, with its quotes.</summary>
    public static bool IsKey(string text) => text[0] == '"';

    /// <summary>The place of a key among those of a tape (<see cref="JsonTape.PlaceOf"/>).</summary>
    public static int PlaceOf(string key) => JsonTape.PlaceOf(Encoding.UTF8.GetBytes(key[1..^1]));

    /// <summary>The texts; null if an event could match whatever is in its bodies.</summary>
    public static IReadOnlyList<string>? Of(Expression expression) => Of(expression, isInBody: false);

    private static IReadOnlyList<string>? Of(Expression expression, bool isInBody) => expression switch
    {
        Expression.Selection selection => Of(selection.Body, isInBody),
        Expression.And all => Best(all.Parts.Select(part => Of(part, isInBody))),
        Expression.Or any => Together(any.Parts.Select(part => Of(part, isInBody))),
        Expression.AnyElement array when isInBody || Redaction.IsBody(array.Path) => Best([KeyOf(array.Path, isInBody), Of(array.Element, isInBody: true)]),
        Expression.Field field when isInBody || Redaction.IsBody(field.Path) => field.Test switch
        {
            ValueTest.Null or ValueTest.Existence { Expected: false } => null,
            ValueTest.Text text => ValueOf(text.Pattern) ?? KeyOf(field.Path, isInBody),
            ValueTest.Regex { Expression.PlainLiterals: { } literals } when literals.All(literal => literal.Length >= LiteralSearch.Shortest && SearchableText.CanSearchFor(literal)) => literals,
            _ => KeyOf(field.Path, isInBody),
        },
        _ => null,
    };

    private static string[]? ValueOf(SigmaString pattern)
    {
        var longest = pattern.Parts.Select(part => part.Text).MaxBy(text => text.Length) ?? "";
        return longest.Length < LiteralSearch.Shortest || !SearchableText.CanSearchFor(longest) || bool.TryParse(longest, out _)
            || decimal.TryParse(longest, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? null : [longest];
    }

    // The last key of a path; within a body the path has no root to leave out.
    private static string[]? KeyOf(string path, bool isInBody)
    {
        var below = isInBody ? path : path.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? path[(dot + 1)..] : "";
        return RelativePath.Parse(below).LastKey is { } key && !CommonKeys.Contains(key) && SearchableText.CanSearchFor(key) ? [$"\"{key}\""] : null;
    }

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

        return all.Count == 0 ? null : [.. all.Distinct(StringComparer.Ordinal)];
    }
}
