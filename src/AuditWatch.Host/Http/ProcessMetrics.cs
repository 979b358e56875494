using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AuditWatch.Host.Http;

/// <summary>What Prometheus clients say of their process, under the names that dashboards know. One for all services in it.</summary>
internal static class ProcessMetrics
{
    /// <summary>The meter whose instruments are those of the process; they measure whenever somebody asks.</summary>
    public static Meter Meter { get; } = Measure();

    private static Meter Measure()
    {
        var version = new KeyValuePair<string, object?>("version", typeof(ProcessMetrics).Assembly.GetName().Version?.ToString(3));
        var meter = new Meter("AuditWatch.Process");
        meter.CreateObservableGauge("auditwatch.build_info", () => new Measurement<int>(1, version), description: "The version that runs; always 1.");
        meter.CreateObservableCounter("process.cpu", () => Read(process => process.TotalProcessorTime.TotalSeconds), "s", "Total user and system CPU time spent in seconds.");
        meter.CreateObservableGauge("process.resident_memory", () => Read(process => process.WorkingSet64), "By", "Resident memory size in bytes.");
        meter.CreateObservableGauge("process.start_time", () => Read(process => (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds), "s", "Start time of the process since unix epoch in seconds.");
        meter.CreateObservableGauge("process.threads", () => Read(process => process.Threads.Count), description: "Number of threads of the process.");
        meter.CreateObservableGauge("dotnet.gc.heap", () => GC.GetTotalMemory(forceFullCollection: false), "By", "Bytes that the garbage collector's heap takes.");
        return meter;
    }

    private static T Read<T>(Func<Process, T> read)
    {
        using var process = Process.GetCurrentProcess();
        return read(process);
    }
}
