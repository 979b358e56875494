using System.Diagnostics;
using System.Text;

namespace AuditWatch.EndToEnd;

/// <summary>The built executable, started as a user starts it; in the short form of the tests most commands run in the process of the tests.</summary>
internal static class Cli
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The executable, which lies beside the tests.</summary>
    public static string Executable { get; } = Path.Combine(AppContext.BaseDirectory, "auditwatch");

    /// <summary>Runs a command to its end.</summary>
    public static Task<CliResult> RunAsync(params string[] arguments) => NeedsAProcess(arguments) ? RunAsync(stdin: [], arguments) : RunHereAsync(arguments);

    /// <summary>Runs a command to its end with something on its standard input.</summary>
    public static Task<CliResult> RunAsync(byte[] stdin, params string[] arguments) => RunProcessAsync(Executable, stdin, arguments);

    /// <summary>Runs any program to its end; kills it when it takes too long.</summary>
    public static async Task<CliResult> RunProcessAsync(string program, byte[] stdin, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        })!;
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var error = process.StandardError.ReadToEndAsync(timeout.Token);
            await FeedAsync(process, stdin);
            await process.WaitForExitAsync(timeout.Token);
            return new CliResult(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    // Some write more than text, or have settings of the whole process.
    private static bool NeedsAProcess(string[] arguments) => arguments.Contains("json") ||
        LongForm.IsTaken || arguments is [] or ["scan" or "report" or "run" or "state", ..] || arguments.Any(argument => argument.StartsWith("--time-zone", StringComparison.Ordinal) || argument.StartsWith('['));

    private static async Task<CliResult> RunHereAsync(string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var timeout = new CancellationTokenSource(Patience);
        var exitCode = await InProcess.RunAsync(arguments, TextWriter.Synchronized(output), TextWriter.Synchronized(error), timeout.Token);
        return new CliResult(exitCode, output.ToString(), error.ToString());
    }

    private static async Task FeedAsync(Process process, byte[] stdin)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(stdin);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading to the end, which may be right.
        }
    }
}

/// <summary>What a user sees of a command that has ended.</summary>
internal sealed record CliResult(int ExitCode, string Out, string Error)
{
    /// <summary>The lines of standard output.</summary>
    public string[] OutLines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
