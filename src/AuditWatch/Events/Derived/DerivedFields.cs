namespace AuditWatch.Events.Derived;

/// <summary>
/// The fields that are worked out of an event rather than read from it. Each has a file beside this one; a new one needs a line here.
/// </summary>
internal static class DerivedFields
{
    private static readonly Dictionary<string, Func<JsonValueSource>> Scalars = new(StringComparer.Ordinal)
    {
        ["actor"] = () => Actor.Name,
        ["actor.kind"] = () => Actor.Kind,
        ["serviceAccount.namespace"] = () => Actor.ServiceAccountNamespace,
        ["serviceAccount.name"] = () => Actor.ServiceAccountName,
        ["outcome"] = () => Outcome.Of,
        ["clientIP"] = () => ClientIP.Of,
        ["cluster"] = () => static (in AuditEvent e) => Label(e.Origin.ClusterUtf8),
        ["source"] = () => static (in AuditEvent e) => Label(e.Origin.SourceUtf8),
    };

    // Fields that lead into a body: a path may go on below them.
    private static readonly Dictionary<string, Func<JsonValueSource>> Bodies = new(StringComparer.Ordinal)
    {
        ["object"] = () => ObjectAfter.Of,
        ["podSpec"] = () => PodSpec.Of,
    };

    /// <summary>What derived fields a path can begin with.</summary>
    public static IEnumerable<string> Names => [.. Scalars.Keys, .. Bodies.Keys, "command", "containers"];

    /// <summary>The derived field of that name, or null if there is none.</summary>
    public static FieldPath? TryCreate(string name)
    {
        if (Scalars.TryGetValue(name, out var scalar))
        {
            return new DerivedFieldPath(name, scalar(), RelativePath.Here);
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var (root, rest) = dot < 0 ? (name, "") : (name[..dot], name[(dot + 1)..]);
        return root switch
        {
            "containers" => new ContainersFieldPath(name, RelativePath.Parse(rest)),
            "command" when rest.Length == 0 => new CommandFieldPath(),
            _ when Bodies.TryGetValue(root, out var body) => new DerivedFieldPath(name, body(), RelativePath.Parse(rest)),
            _ => null,
        };
    }

    private static JsonValue Label(byte[] text) => text.Length == 0 ? default : JsonValue.Text(text);
}
