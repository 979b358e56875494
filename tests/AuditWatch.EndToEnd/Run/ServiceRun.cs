using System.Diagnostics;
using AuditWatch.Host.Run;

namespace AuditWatch.EndToEnd.Run;

/// <summary>One run of a command, from its start to its end: in a process of its own, as users have it, or in that of the tests, which saves the start of one.</summary>
internal abstract class ServiceRun : IAsyncDisposable
{
    /// <summary>Its process; null if it is the tests' own.</summary>
    public virtual Process? Process => null;

    /// <summary>Whether it has ended.</summary>
    public abstract bool HasExited { get; }

    /// <summary>Asks it to end, as SIGTERM does.</summary>
    public abstract Task StopAsync();

    /// <summary>Waits until it has ended, and all that it wrote has been read.</summary>
    /// <returns>Its exit code.</returns>
    public abstract Task<int> ExitAsync();

    /// <summary>Ends it, if it has not.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>Starts a process of its own.</summary>
    /// <param name="arguments">The arguments of the executable.</param>
    /// <param name="output">Takes each line of the standard output.</param>
    /// <param name="error">Takes each line of the standard error.</param>
    /// <param name="variable">What it finds in its environment beside what the tests do. Default: nothing.</param>
    public static ServiceRun Apart(string[] arguments, Action<string> output, Action<string> error, (string Name, string Value)? variable = null) => new OwnProcess(arguments, output, error, variable);

    /// <summary>Starts it in the process of the tests.</summary>
    public static ServiceRun Here(string[] arguments, Action<string> output, Action<string> error) =>
        new ThisProcess((told, errors, cancellation) => InProcess.RunAsync(arguments, told, errors, cancellation), output, error);

    /// <summary>Starts the service in the process of the tests, by another clock than the machine's.</summary>
    public static ServiceRun By(TimeProvider clock, string config, Action<string> output, Action<string> error) => new ThisProcess(
        (told, errors, cancellation) => InProcess.RunAsync(
            () => ServiceHost.RunAsync(ServiceSettings.Load(config, logFile: null, fromStart: false, "127.0.0.1:0", stateDirectory: null, told) with { Clock = clock }, cancellation), told, errors),
        output, error);

    private sealed class OwnProcess : ServiceRun
    {
        private readonly Process _process;

        public OwnProcess(string[] arguments, Action<string> output, Action<string> error, (string Name, string Value)? variable)
        {
            _process = new Process { StartInfo = new ProcessStartInfo(Cli.Executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true } };
            if (variable is { } one)
            {
                _process.StartInfo.Environment[one.Name] = one.Value;
            }

            _process.OutputDataReceived += (_, line) => Read(line.Data, output);
            _process.ErrorDataReceived += (_, line) => Read(line.Data, error);
            _process.Start();
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }

        public override Process Process => _process;

        public override bool HasExited => _process.HasExited;

        public override Task StopAsync() => Cli.RunProcessAsync("/bin/bash", [], "-c", $"kill -TERM {_process.Id}");

        public override async Task<int> ExitAsync()
        {
            await _process.WaitForExitAsync();
            _process.WaitForExit(); // Until what it wrote last has been read, too.
            return _process.ExitCode;
        }

        public override async ValueTask DisposeAsync()
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
            }

            _process.Dispose();
        }

        private static void Read(string? line, Action<string> take)
        {
            if (line is not null)
            {
                take(line);
            }
        }
    }

    private sealed class ThisProcess : ServiceRun
    {
        private readonly CancellationTokenSource _ending = new();
        private readonly Task<int> _run;

        public ThisProcess(Func<TextWriter, TextWriter, CancellationToken, Task<int>> run, Action<string> output, Action<string> error) => _run = run(new LineWriter(output), new LineWriter(error), _ending.Token);

        public override bool HasExited => _run.IsCompleted;

        public override Task StopAsync() => _ending.CancelAsync();

        public override Task<int> ExitAsync() => _run;

        public override async ValueTask DisposeAsync()
        {
            await _ending.CancelAsync();
            await _run;
            _ending.Dispose();
        }
    }
}
