namespace AuditWatch.EndToEnd;

/// <summary>The completion for bash, in a real bash.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("auditwatch detections ba", "backtest")]
    [InlineData("auditwatch detections li", "list")]
    [InlineData("auditwatch sc", "scan")]
    [InlineData("auditwatch detections show exec_into_s", "exec_into_system_pod")]
    [InlineData("auditwatch policy explain --verb get --res", "--resource")]
    public async Task Bash_BeginningOfAWord_IsCompleted(string line, string expected)
    {
        var script = RepositoryFile("deploy/completion/auditwatch.bash");
        var words = string.Join(' ', line.Split(' ').Select((word, place) => place == 0 ? $"'{Cli.Executable}'" : $"'{word}'"));

        var result = await Cli.RunProcessAsync("bash", [], "-c",
            $"source '{script}'; COMP_LINE='{line}' COMP_POINT={line.Length} COMP_WORDS=({words}) COMP_CWORD={line.Split(' ').Length - 1}; _auditwatch; echo \"${{COMPREPLY[*]}}\"");

        Assert.Equal((0, expected), (result.ExitCode, result.Out.Trim()));
    }

    private static string RepositoryFile(string path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AuditWatch.sln")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, path);
    }
}
