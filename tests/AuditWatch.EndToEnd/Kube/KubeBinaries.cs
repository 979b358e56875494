namespace AuditWatch.EndToEnd.Kube;

/// <summary>
/// A control plane's programs: from the folder KUBEBUILDER_ASSETS names, from the cache (KUBE_CACHE, default /tmp/k8s), from the path.
/// </summary>
internal sealed record KubeBinaries(string ApiServer, string Etcd, string Kubectl)
{
    /// <summary>The programs; null and what is missing if the machine does not have them all.</summary>
    public static (KubeBinaries? Binaries, string Missing) Find()
    {
        var assets = Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS");
        var cache = Environment.GetEnvironmentVariable("KUBE_CACHE") ?? "/tmp/k8s";
        var paths = new[] { "kube-apiserver", "etcd", "kubectl" }.Select(name => (Name: name, Path: Tools.Find(name, assets, cache))).ToArray();
        var missing = paths.Where(found => found.Path is null).Select(found => found.Name).ToArray();
        return missing.Length > 0
            ? (null, $"needs {string.Join(", ", missing)} in KUBEBUILDER_ASSETS, {cache} or on the path: .ci/install, on Debian 12")
            : (new KubeBinaries(paths[0].Path!, paths[1].Path!, paths[2].Path!), "");
    }
}
