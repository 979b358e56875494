namespace AuditWatch.EndToEnd.Helm;

/// <summary>The chart in the repository, rendered as Helm does. Tests of it skip where there is nothing to render it with.</summary>
internal static class Chart
{
    /// <summary>Where release and namespace of the tests show.</summary>
    public const string Release = "aw", Namespace = "security";

    /// <summary>The repository.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>The chart.</summary>
    public static string Folder { get; } = Path.Combine(Root, "deploy", "helm", "auditwatch");

    /// <summary>The folder of these tests.</summary>
    public static string Tests { get; } = Path.Combine(Root, "tests", "AuditWatch.EndToEnd", "Helm");

    /// <summary>The values without which nobody can install it.</summary>
    public static string Required { get; } = Path.Combine(Tests, "required.yaml");

    /// <summary>The chart's version, which is the program's.</summary>
    public static string Version { get; } = (string)Manifest.ParseValue(File.ReadAllText(Path.Combine(Folder, "Chart.yaml")))!["version"]!;

    /// <summary>The names of the values files that are rendered.</summary>
    public static TheoryData<string> Matrix => [.. Names];

    /// <summary>The same, for tests that render them all.</summary>
    public static IEnumerable<string> Names => Directory.GetFiles(Path.Combine(Tests, "matrix"), "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    /// <summary>A values file of the matrix.</summary>
    public static string Values(string name) => Path.Combine(Tests, "matrix", name + ".yaml");

    /// <summary>Renders the chart and expects that to succeed.</summary>
    public static async Task<string> RenderAsync(string values, params string[] arguments)
    {
        var result = await TryRenderAsync(values, arguments);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Out;
    }

    /// <summary>Renders the chart.</summary>
    /// <param name="values">A file of values, over those without which nobody can install it.</param>
    /// <param name="arguments">More arguments of <c>helm template</c>.</param>
    public static Task<CliResult> TryRenderAsync(string values, params string[] arguments) =>
        TemplateAsync([Release, Folder, "--namespace", Namespace, "--values", Required, "--values", values, .. arguments]);

    /// <summary>What <c>helm template</c> prints for these arguments, and nothing else.</summary>
    public static Task<CliResult> TemplateAsync(IReadOnlyList<string> arguments)
    {
        var renderer = Path.Combine(Root, "artifacts", "helm-render");
        Skip.IfNot(File.Exists(renderer), "needs artifacts/helm-render: .ci/install");
        return Cli.RunProcessAsync(renderer, [], ["template", .. arguments]);
    }

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "AuditWatch.sln")) ? folder : FindRoot(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests do not run inside the repository"));
}
