namespace AuditWatch.Tests;

/// <summary>The files of the repository that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>Its root, where AuditWatch.sln is.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>What a real kube-apiserver logged: one event a line.</summary>
    public static byte[] SampleLog => File.ReadAllBytes(Path.Combine(Root, "samples", "kube-apiserver-1.20-scenario.jsonl"));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AuditWatch.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"no AuditWatch.sln above {AppContext.BaseDirectory}");
    }
}
