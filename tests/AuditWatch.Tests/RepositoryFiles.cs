namespace AuditWatch.Tests;

/// <summary>Files of the repository that tests look at, found by walking up from the test assembly.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = FindRoot();

    public static string Detections => Path.Combine(Root, "detections");

    public static string SampleLog => Path.Combine(Root, "samples", "kube-apiserver-1.20-scenario.jsonl");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AuditWatch.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("the tests run from within the repository");
    }
}
