using System.Diagnostics;
using System.Globalization;

namespace AuditWatch.Host.Http;

/// <summary>What Prometheus clients say of their process, under the names that dashboards know.</summary>
internal static class ProcessText
{
    private static readonly string Version = $"{{version=\"{typeof(ProcessText).Assembly.GetName().Version?.ToString(3)}\"}}";

    /// <summary>The metrics in the text exposition format.</summary>
    public static string Format()
    {
        using var process = Process.GetCurrentProcess();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            # HELP auditwatch_build_info The version that runs; always 1.
            # TYPE auditwatch_build_info gauge
            auditwatch_build_info{Version} 1
            # HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.
            # TYPE process_cpu_seconds_total counter
            process_cpu_seconds_total {process.TotalProcessorTime.TotalSeconds}
            # HELP process_resident_memory_bytes Resident memory size in bytes.
            # TYPE process_resident_memory_bytes gauge
            process_resident_memory_bytes {process.WorkingSet64}
            # HELP process_start_time_seconds Start time of the process since unix epoch in seconds.
            # TYPE process_start_time_seconds gauge
            process_start_time_seconds {(process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds}
            # HELP process_threads Number of threads of the process.
            # TYPE process_threads gauge
            process_threads {process.Threads.Count}
            # HELP dotnet_gc_heap_bytes Bytes that the garbage collector's heap takes.
            # TYPE dotnet_gc_heap_bytes gauge
            dotnet_gc_heap_bytes {GC.GetTotalMemory(forceFullCollection: false)}

            """);
    }
}
