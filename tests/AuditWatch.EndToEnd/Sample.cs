namespace AuditWatch.EndToEnd;

/// <summary>The audit log of a real kube-apiserver on which benign work and attacks were carried out.</summary>
internal static class Sample
{
    /// <summary>The log.</summary>
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "sample.jsonl");

    /// <summary>The log's events, a line each.</summary>
    public static IReadOnlyList<string> Lines { get; } = File.ReadAllLines(Path);

    private static readonly Lazy<Task<IReadOnlyList<AlertLine>>> Scanned = new(async () => AlertLine.Parse(await Cli.RunAsync("scan", Path, "--format", "json")));

    /// <summary>What <c>scan</c> finds in the log with the shipped detections, by detection; scanned once, for all tests.</summary>
    public static Task<IReadOnlyList<AlertLine>> ScanAsync() => Scanned.Value;
}
