using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace AuditWatch.EndToEnd.Run;

/// <summary><c>auditwatch run</c>, started as a user starts it, on a port of loopback that is free unless the test says otherwise.</summary>
internal sealed partial class Service : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ServiceRun _run;
    private readonly ConcurrentQueue<string> _out = new();
    private readonly ConcurrentQueue<string> _error = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Service(Func<string[], Action<string>, Action<string>, ServiceRun> start, string[] arguments) =>
        _run = start(["run", .. arguments.Contains("--listen") ? Array.Empty<string>() : ["--listen", "127.0.0.1:0"], .. arguments], _out.Enqueue, AddError);

    /// <summary>Talks to the service, whatever certificate it shows.</summary>
    public HttpClient Http { get; } =
        new(new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator }) { Timeout = Patience };

    /// <summary>The most memory that the service has had at a time, and what it has now, in bytes.</summary>
    public (long Most, long Now) ResidentBytes
    {
        get
        {
            var status = File.ReadAllLines($"/proc/{ProcessId}/status");
            return (Bytes("VmHWM:"), Bytes("VmRSS:"));

            long Bytes(string name) => 1024 * long.Parse(status.First(line => line.StartsWith(name, StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], null);
        }
    }

    /// <summary>How many threads it has.</summary>
    public int Threads => Directory.GetDirectories($"/proc/{ProcessId}/task").Length;

    /// <summary>The alerts that it has raised, by detection and id.</summary>
    public IReadOnlyList<(string Detection, string Id)> Alerts => [.. _out
        .Select(line => AlertLine().Match(line))
        .Where(match => match.Success)
        .Select(match => (match.Groups["detection"].Value, match.Groups["id"].Value))
        .Order()];

    public string Out => string.Join('\n', _out);

    public string Error => string.Join('\n', _error);

    /// <summary>Its process, which has to be its own.</summary>
    public int ProcessId => Process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _run.HasExited;

    private Process Process => _run.Process ?? throw new InvalidOperationException($"a test that does something with its process starts the service by {nameof(StartProcessAsync)}");

    /// <summary>Starts the service and waits until it is ready: in the long form of the tests in a process of its own, otherwise in that of the tests.</summary>
    public static Task<Service> StartAsync(params string[] arguments) => LongForm.IsTaken ? StartProcessAsync(arguments) : StartAsync(ServiceRun.Here, arguments);

    /// <summary>Starts the service in a process of its own, which can be killed, stopped and measured, and waits until it is ready.</summary>
    public static Task<Service> StartProcessAsync(params string[] arguments) => StartAsync((all, output, error) => ServiceRun.Apart(all, output, error), arguments);

    /// <summary>Starts the service in a process of its own that has an environment variable more, and waits until it is ready.</summary>
    public static Task<Service> StartWithAsync((string Name, string Value) variable, params string[] arguments) =>
        StartAsync((all, output, error) => ServiceRun.Apart(all, output, error, variable), arguments);

    /// <summary>Starts the service in the process of the tests, by another clock than the machine's, and waits until it is ready.</summary>
    public static Task<Service> StartByAsync(TimeProvider clock, string config) => StartAsync((_, output, error) => ServiceRun.By(clock, config, output, error), []);

    /// <summary>Starts the service in a process of its own and waits until it listens.</summary>
    public static Task<Service> StartProcessWithoutWaitingAsync(params string[] arguments) => StartWithoutWaitingAsync((all, output, error) => ServiceRun.Apart(all, output, error), arguments);

    /// <summary>Posts events, which it must take.</summary>
    public async Task PostAsync(string events)
    {
        using var answer = await Http.PostAsync("/webhook/production", new StringContent(events, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>Waits until so many alerts have been raised.</summary>
    public Task UntilAlertsAsync(int count) => UntilAsync($"{count} alerts", () => Task.FromResult(Alerts.Count >= count));

    /// <summary>Waits until something holds.</summary>
    public async Task UntilAsync(string what, Func<Task<bool>> holds)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(began) > Patience || _run.HasExited)
            {
                throw new TimeoutException($"waited for {what} in vain\n{Out}\n{Error}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>The value of a metric, all its series together; null if there is none.</summary>
    public async Task<double?> MetricAsync(string name)
    {
        var text = await Http.GetStringAsync("/metrics");
        var values = text.Split('\n')
            .Where(line => line.StartsWith(name + " ", StringComparison.Ordinal) || line.StartsWith(name + "{", StringComparison.Ordinal))
            .Select(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], null))
            .ToArray();
        return values.Length == 0 ? null : values.Sum();
    }

    /// <summary>How many requests the webhook has answered with a status.</summary>
    public async Task<double> RequestsAsync(string status) => await MetricAsync($"auditwatch_webhook_requests_total{{code=\"{status}\"}}") ?? 0;

    /// <summary>Asks the service to end, as Kubernetes does, and waits until it has.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        await _run.StopAsync();
        return await ExitAsync();
    }

    /// <summary>Sends its process a signal, such as STOP.</summary>
    public Task SignalAsync(string name) => Cli.RunProcessAsync("/bin/bash", [], "-c", $"kill -{name} {ProcessId}");

    /// <summary>Waits until it has ended.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> ExitAsync() => _run.ExitAsync().WaitAsync(Patience);

    /// <summary>Ends the process as a crash does: it gets no chance to do anything.</summary>
    public async Task KillAsync()
    {
        Process.Kill();
        await Process.WaitForExitAsync().WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await _run.DisposeAsync();
        Http.Dispose();
    }

    private static async Task<Service> StartAsync(Func<string[], Action<string>, Action<string>, ServiceRun> start, string[] arguments)
    {
        var service = await StartWithoutWaitingAsync(start, arguments);
        await service.UntilAsync("it is ready", async () => (await service.Http.GetAsync("/readyz")).IsSuccessStatusCode);
        return service;
    }

    private static async Task<Service> StartWithoutWaitingAsync(Func<string[], Action<string>, Action<string>, ServiceRun> start, string[] arguments)
    {
        var service = new Service(start, arguments);
        try
        {
            service.Http.BaseAddress = await service._address.Task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            await service.DisposeAsync();
            throw new TimeoutException($"the service did not say where it listens:\n{service.Error}");
        }

        return service;
    }

    private void AddError(string line)
    {
        _error.Enqueue(line);
        if (Listening().Match(line) is { Success: true } match)
        {
            _address.TrySetResult(new Uri(match.Value));
        }
    }

    [GeneratedRegex(@"https?://[\d.]+:\d+")]
    private static partial Regex Listening();

    [GeneratedRegex(@"^\s+Alert\s+(?<id>\S+) \((?<detection>\w+)\)$")]
    private static partial Regex AlertLine();
}
