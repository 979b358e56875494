using AuditWatch.State.Sql;
using Microsoft.Extensions.Logging;

namespace AuditWatch.State;

/// <summary>Opens the store that settings ask for.</summary>
public static class StateStore
{
    /// <summary>Opens it, and creates or updates what is in the database.</summary>
    /// <param name="settings">Where it is.</param>
    /// <param name="time">The clock of retries.</param>
    /// <param name="logger">Hears when nothing can be written and when it can again.</param>
    /// <exception cref="StateException">
    /// Another process uses it; it cannot be reached or written; it is damaged, of a newer version or not AuditWatch's. The message says what to do.
    /// </exception>
    public static IStateStore Open(StateSettings settings, TimeProvider time, ILogger logger)
    {
        if (!settings.IsDurable)
        {
            return new MemoryStateStore();
        }

        var directory = settings.Directory is { } path ? Path.GetFullPath(path) : null;
        var owned = directory is null ? null : DirectoryLock.Take(directory);
        try
        {
            SqlDatabase database = settings.ConnectionStringFile is { } file ? new PostgresDatabase(file) : new SqliteDatabase(directory!);
            return SqlStore.Open(database, owned, time, logger);
        }
        catch
        {
            owned?.Dispose();
            throw;
        }
    }
}
