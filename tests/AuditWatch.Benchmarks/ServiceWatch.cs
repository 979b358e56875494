using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace AuditWatch.Benchmarks;

/// <summary>A service as its kubelet and its Prometheus see it: probes on connections of their own once a second, its memory every ten.</summary>
/// <param name="service">Where it answers.</param>
/// <param name="process">Its process, on this machine.</param>
internal sealed partial class ServiceWatch(Uri service, int process)
{
    private double _slowest;
    private long _probes;
    private long _failed;
    private long _notReady;
    private long _resident;

    /// <summary>How many answers to /healthz and /readyz were missing or other than 200.</summary>
    public long Failed => _failed + _notReady;

    /// <summary>What was seen.</summary>
    public IEnumerable<string> Lines =>
    [
        string.Create(CultureInfo.InvariantCulture, $"probes: {_probes:N0}, the slowest answered after {_slowest:N0} ms; not alive {_failed:N0} times, not ready {_notReady:N0} times"),
        string.Create(CultureInfo.InvariantCulture, $"memory: at most {_resident / 1024.0:N0} MB resident"),
    ];

    /// <summary>Until it is stopped. Writes a line of memory to standard error every ten seconds.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(
        Pace.RunAsync(1, 10, async (_, _) =>
        {
            Interlocked.Increment(ref _probes);
            if (!await ProbeAsync("/healthz"))
            {
                Interlocked.Increment(ref _failed);
            }

            if (!await ProbeAsync("/readyz"))
            {
                Interlocked.Increment(ref _notReady);
            }
        }, stop),
        Pace.RunAsync(0.1, 1, async (number, _) =>
        {
            var status = await File.ReadAllTextAsync($"/proc/{process}/status", CancellationToken.None);
            _resident = long.Parse(MemoryPattern().Match(status).Groups["peak"].Value, CultureInfo.InvariantCulture);
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{number * 10} s: {MemoryPattern().Match(status).Groups["now"].Value} kB resident, at most {_resident} kB; slowest probe {_slowest:N0} ms, {_failed} not alive, {_notReady} not ready"));
        }, stop));

    /// <summary>What its metrics say was shed, given up or is held, and what is open: every one of these that is not 0.</summary>
    public async Task<IReadOnlyList<string>> CountersAsync()
    {
        using var http = Attackers.Client(token: null);
        return [.. (await http.GetStringAsync(new Uri(service, "/metrics"))).Split('\n').Where(line => ShedPattern().IsMatch(line) && !line.EndsWith(" 0", StringComparison.Ordinal)).Select(line => "    " + line)];
    }

    // As the kubelet does: a connection of its own each time, and ten seconds to answer in (the chart gives fewer).
    private async Task<bool> ProbeAsync(string path)
    {
        using var http = Attackers.Client(token: null);
        http.Timeout = TimeSpan.FromSeconds(10);
        var began = Stopwatch.GetTimestamp();
        try
        {
            using var answer = await http.GetAsync(new Uri(service, path));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failed) when (failed is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
        finally
        {
            _slowest = Math.Max(_slowest, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }

    [GeneratedRegex(@"VmHWM:\s+(?<peak>\d+)[\s\S]*VmRSS:\s+(?<now>\d+)")]
    private static partial Regex MemoryPattern();

    [GeneratedRegex("^auditwatch_(events_total|rejected|event_failures|.*forgotten|.*left_out|incidents|alerts|deadletters|notifications|notification_retries|connections_ended|webhook_requests|batches_failed|periodic_failures|state_(size|failures)|correlation_late|lag_seconds_sum)")]
    private static partial Regex ShedPattern();
}
