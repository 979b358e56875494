using System.Diagnostics.Metrics;
using AuditWatch.State.Sql;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditWatch.State;

/// <summary>Opens the store that settings ask for.</summary>
public static class StateStore
{
    /// <summary>Opens it, and creates or updates what is in the database.</summary>
    /// <param name="settings">Where it is.</param>
    /// <param name="time">The clock of retries.</param>
    /// <param name="logger">Hears when nothing can be written and when it can again.</param>
    /// <param name="meters">Makes the meter. Default: one for the process.</param>
    /// <exception cref="StateException">
    /// Another process uses it; it cannot be reached or written; it is damaged, of a newer version or not AuditWatch's. The message says what to do.
    /// </exception>
    public static IStateStore Open(StateSettings settings, TimeProvider time, ILogger logger, IMeterFactory? meters = null)
    {
        if (SqlDatabase.Of(settings) is not { } database)
        {
            return new MemoryStateStore();
        }

        var owned = settings.Directory is { } directory ? DirectoryLock.Acquire(Path.GetFullPath(directory)) : null;
        try
        {
            return SqlStore.Open(database, settings, owned, time, logger, metrics: ServiceMetrics.Of(meters));
        }
        catch
        {
            owned?.Dispose();
            throw;
        }
    }
}
