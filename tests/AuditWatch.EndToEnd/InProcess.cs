using System.Text;
using AuditWatch.Host.Commands;

namespace AuditWatch.EndToEnd;

/// <summary>
/// The command line in the process of the tests, which saves the start of one: the same but for the process. What a command writes to the console is its own, by the flow of its execution: several run at once.
/// </summary>
internal static class InProcess
{
    private static readonly AsyncLocal<(TextWriter Out, TextWriter Error)?> Flowing = new();

    static InProcess()
    {
        Console.SetOut(new OfTheFlow(Console.Out, console => console.Out));
        Console.SetError(new OfTheFlow(Console.Error, console => console.Error));
    }

    /// <summary>Runs a command to its end.</summary>
    /// <param name="arguments">The arguments, without the name of the executable.</param>
    /// <param name="output">Gets what it writes to the standard output through <see cref="Console"/>; thread-safe.</param>
    /// <param name="error">Gets what it writes to the standard error; thread-safe.</param>
    /// <param name="cancellation">Ends it, as SIGTERM does.</param>
    /// <returns>Its exit code.</returns>
    public static Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error, CancellationToken cancellation) =>
        RunAsync(() => CommandLine.RunAsync(arguments, output, cancellation), output, error);

    /// <summary>Runs what a command does.</summary>
    /// <param name="command">What it does.</param>
    /// <param name="output">As above.</param>
    /// <param name="error">As above.</param>
    /// <returns>Its exit code.</returns>
    public static Task<int> RunAsync(Func<Task<int>> command, TextWriter output, TextWriter error) => Task.Run(
        () =>
        {
            Flowing.Value = (output, error);
            return command();
        },
        CancellationToken.None);

    private sealed class OfTheFlow(TextWriter process, Func<(TextWriter Out, TextWriter Error), TextWriter> choose) : TextWriter
    {
        public override Encoding Encoding => process.Encoding;

        private TextWriter Current => Flowing.Value is { } console ? choose(console) : process;

        public override void Write(char value) => Current.Write(value);

        public override void Write(string? value) => Current.Write(value);

        public override void Write(char[] buffer, int index, int count) => Current.Write(buffer, index, count);

        public override void Write(ReadOnlySpan<char> buffer) => Current.Write(buffer);

        public override void Flush() => Current.Flush();
    }
}
