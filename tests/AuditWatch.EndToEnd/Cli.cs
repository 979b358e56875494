using System.Diagnostics;
using System.Text;

namespace AuditWatch.EndToEnd;

/// <summary>The built executable, started as a user starts it.</summary>
internal static class Cli
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The executable, which lies beside the tests.</summary>
    public static string Executable { get; } = Path.Combine(AppContext.BaseDirectory, "auditwatch");

    /// <summary>Runs a command to its end.</summary>
    public static Task<CliResult> RunAsync(params string[] arguments) => RunAsync(stdin: [], arguments);

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
