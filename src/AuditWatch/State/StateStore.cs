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
    public static IStateStore Open(StateSettings settings, TimeProvider time, ILogger logger, IMeterFactory? meters = null) =>
        OpenAsync(settings, time, logger, Refuse, meters, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>
    /// Opens it. While another process owns the PostgreSQL database, this one stands by: it completes when the other has ended, has lost its session, or has not been heard of for five seconds, in
    /// which case it is fenced: see <see cref="IStateStore.Lost"/>. Otherwise it completes at once.
    /// </summary>
    /// <param name="settings">Where it is.</param>
    /// <param name="time">The clock of retries.</param>
    /// <param name="logger">Hears when nothing can be written and when it can again.</param>
    /// <param name="standsBy">Hears who is active, or why the database cannot be reached meanwhile, at once and whenever that changes.</param>
    /// <param name="meters">Makes the meter. Default: one for the process.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="StateException">
    /// Another process uses the directory; the database cannot be reached at first, or written; it is damaged, of a newer version or not AuditWatch's. The message says what to do.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<IStateStore> OpenAsync(
        StateSettings settings, TimeProvider time, ILogger logger, Action<string> standsBy, IMeterFactory? meters = null, CancellationToken cancellation = default)
    {
        if (SqlDatabase.Of(settings) is not { } database)
        {
            return new MemoryStateStore();
        }

        var owned = settings.Directory is { } directory ? DirectoryLock.Acquire(Path.GetFullPath(directory)) : null;
        try
        {
            if (settings.Directory is { } own)
            {
                WarnOfOthers(own, logger);
                if (settings.Recovers && settings.ConnectionStringFile is null)
                {
                    Recover(Path.GetFullPath(own), time, logger);
                }
            }

            return await SqlStore.OpenAsync(
                database, settings, owned, time, logger, owner => standsBy(owner), metrics: ServiceMetrics.Of(meters), cancellation: cancellation).ConfigureAwait(false);
        }
        catch
        {
            owned?.Dispose();
            throw;
        }
    }

    private static void Recover(string directory, TimeProvider time, ILogger logger)
    {
        if (SqliteRecovery.Recover(directory, time.GetUtcNow()) is { } lost)
        {
            logger.LogError("{Lost}", lost);
        }
        else
        {
            logger.LogInformation("The state in {Directory} is not damaged: there is nothing to recover", directory);
        }
    }

    // It is no refusal: an emptyDir of Kubernetes is open to all, and in a pod of its own there is nobody else.
    private static void WarnOfOthers(string directory, ILogger logger)
    {
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(directory).HasFlag(UnixFileMode.OtherWrite))
        {
            logger.LogWarning(
                "Anybody on this machine may write to the state directory {Directory}, and so remove the state or put another in its place. Unless it is in a container of its own: chmod o-w {Directory}",
                directory, directory);
        }
    }

    private static void Refuse(string owner) =>
        throw new StateException($"Another process uses the state in the database: {owner}. Stop it first, or give each its own database or schema.");
}
