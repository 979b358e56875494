using System.Text.RegularExpressions;

namespace AuditWatch.EndToEnd.Kube;

/// <summary>Auditing as <c>deploy/kube-apiserver</c> turns it on: the flags and the kubeconfig are the files that users get, with the capital words filled in.</summary>
/// <param name="Flags">The flags of the API server.</param>
/// <param name="Kubeconfig">Where the events go, and who says so.</param>
/// <param name="Credentials">What the kubeconfig names, by file name.</param>
internal sealed partial record ShippedAudit(IReadOnlyList<string> Flags, string Kubeconfig, IReadOnlyDictionary<string, string> Credentials)
{
    /// <summary>Where the files are on a user's machine.</summary>
    private const string Files = "/etc/kubernetes/auditwatch";

    private const string Logs = "/var/log/kubernetes";

    /// <summary>A file of <c>deploy/kube-apiserver</c>.</summary>
    public static string Read(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "kube-apiserver", file));

    /// <summary>The flags about auditing in a file, as they are given on a command line and in the order of their names.</summary>
    public static IReadOnlyList<string> FlagsIn(string text) =>
        [.. FlagPattern().Matches(text).Select(match => $"--{match.Groups["name"]}={match.Groups["value"]}").Order(StringComparer.Ordinal)];

    /// <summary>Auditing to a webhook.</summary>
    /// <param name="flags">The file with the flags.</param>
    /// <param name="kubeconfig">The file with the kubeconfig.</param>
    /// <param name="webhook">Where the service listens.</param>
    /// <param name="cluster">For which cluster the API server speaks.</param>
    /// <param name="credentials">What the kubeconfig names, by file name.</param>
    public static ShippedAudit To(string flags, string kubeconfig, Uri webhook, string cluster, IReadOnlyDictionary<string, string> credentials) => new(
        FlagsIn(Read(flags)),
        Read(kubeconfig).Replace("ADDRESS:9880", webhook.Authority, StringComparison.Ordinal).Replace("/CLUSTER", $"/{cluster}", StringComparison.Ordinal),
        credentials);

    /// <summary>Writes the files into a folder that takes the place of both of a user's machine.</summary>
    /// <returns>The flags that name them there.</returns>
    public IReadOnlyList<string> WriteTo(TemporaryFolder folder)
    {
        folder.Write("audit-policy.yaml", Read("audit-policy.yaml"));
        folder.Write("webhook.kubeconfig", In(folder, Kubeconfig));
        foreach (var (file, text) in Credentials)
        {
            folder.Write(file, text);
        }

        return [.. Flags.Select(flag => In(folder, flag))];
    }

    private static string In(TemporaryFolder folder, string text) =>
        text.Replace(Files, $"{folder}", StringComparison.Ordinal).Replace(Logs, $"{folder}", StringComparison.Ordinal);

    [GeneratedRegex("""(?<=[\s-])(?<name>audit-(?:policy|webhook|log)-[a-z-]+)(?:=|: |, value: )"?(?<value>[^\s"}\\]+)""")]
    private static partial Regex FlagPattern();
}
