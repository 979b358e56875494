namespace AuditWatch.EndToEnd;

/// <summary>The completions, each in its real shell.</summary>
public sealed class CompletionTests
{
    public static TheoryData<string, string> Lines => new()
    {
        { "auditwatch detections ba", "backtest" },
        { "auditwatch detections li", "list" },
        { "auditwatch sc", "scan" },
        { "auditwatch detections show exec_into_s", "exec_into_system_pod" },
        { "auditwatch policy explain --verb get --res", "--resource" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Bash_BeginningOfAWord_IsCompleted(string line, string expected)
    {
        var script = RepositoryFile("deploy/completion/auditwatch.bash");
        var words = string.Join(' ', line.Split(' ').Select((word, place) => place == 0 ? $"'{Cli.Executable}'" : $"'{word}'"));

        var result = await Cli.RunProcessAsync("bash", [], "-c",
            $"source '{script}'; COMP_LINE='{line}' COMP_POINT={line.Length} COMP_WORDS=({words}) COMP_CWORD={line.Split(' ').Length - 1}; _auditwatch; echo \"${{COMPREPLY[*]}}\"");

        Assert.Equal((0, expected), (result.ExitCode, result.Out.Trim()));
    }

    [SkippableTheory]
    [MemberData(nameof(Lines))]
    public async Task Zsh_BeginningOfAWord_IsCompleted(string line, string expected)
    {
        Skip.IfNot(Tools.Has("zsh"), "needs zsh: .ci/install");
        var words = line.Split(' ');

        // What zsh gives the function, and in place of what shows its answers.
        var result = await Cli.RunProcessAsync("env", [], WithProgram, "zsh", "-f", "-c",
            $"compdef() {{ : }}; _files() {{ : }}; compadd() {{ print -r -- $known }}; words=({line}); CURRENT={words.Length}; source '{RepositoryFile("deploy/completion/auditwatch.zsh")}'; _auditwatch");

        Assert.Equal((0, expected), (result.ExitCode, result.Out.Trim()));
    }

    [SkippableTheory]
    [MemberData(nameof(Lines))]
    public async Task Fish_BeginningOfAWord_IsCompleted(string line, string expected)
    {
        Skip.IfNot(Tools.Has("fish"), "needs fish: .ci/install");
        using var elsewhere = new TemporaryFolder();

        var result = await Cli.RunProcessAsync("env", [], WithProgram, "fish", "-c", $"cd '{elsewhere.FullName}'; source '{RepositoryFile("deploy/completion/auditwatch.fish")}'; complete -C '{line}'");

        Assert.Equal((0, expected), (result.ExitCode, result.Out.Trim()));
    }

    // These two find it by its name.
    private static string WithProgram { get; } = $"PATH={Path.GetDirectoryName(Cli.Executable)}:{Environment.GetEnvironmentVariable("PATH")}";

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
