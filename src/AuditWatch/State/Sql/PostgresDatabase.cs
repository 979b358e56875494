using System.Data.Common;
using System.Net.Sockets;
using Npgsql;

namespace AuditWatch.State.Sql;

/// <summary>
/// A PostgreSQL database, version 13 or later. The session that writes holds an advisory lock for as long as its connection lasts. The connection string is read
/// anew for each connection, so that a password can change, and none of it but host and database is ever told.
/// </summary>
internal sealed class PostgresDatabase(string connectionStringFile) : SqlDatabase
{
    // How long the server gets to notice that the process which had the lock before is gone.
    private const string LockTimeout = "5s";

    private volatile string _place = "PostgreSQL";

    /// <inheritdoc/>
    public override string Name => $"The state in {_place}";

    /// <inheritdoc/>
    public override string Place => _place;

    /// <summary>What is wrong with a connection string, for a person; null if nothing is. It is not told what stands in it.</summary>
    public static string? Objection(string connectionString)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(connectionString);
            return string.IsNullOrEmpty(builder.Host) ? "it names no Host: write Host=…;Database=…;Username=…;Password=…" : null;
        }
        catch (Exception problem) when (problem is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            return "it is no connection string of Npgsql: write Host=…;Database=…;Username=…;Password=…";
        }
    }

    /// <inheritdoc/>
    public override SqlSession OpenToWrite()
    {
        var session = Open(pooling: false);
        try
        {
            // Where the server loses commits on purpose to be faster, this session does not.
            session.Execute("SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'");
            session.Execute($"SET lock_timeout = '{LockTimeout}'");
            session.Execute("SELECT pg_advisory_lock(hashtextextended('auditwatch in ' || current_schema(), 0))");
            return session;
        }
        catch (Exception problem)
        {
            session.Dispose();
            throw problem is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable }
                ? new StateException($"Another process uses the state in {_place}. Stop it first, or give each its own database or schema.", problem)
                : problem;
        }
    }

    /// <inheritdoc/>
    public override SqlSession OpenToRead() => Open(pooling: true);

    /// <inheritdoc/>
    public override string Define(string statement) =>
        statement.Replace("{key}", "text COLLATE \"C\"", StringComparison.Ordinal).Replace("{bytes}", "bytea", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override long SizeOf(SqlSession session) => session.Query(
        "SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace", row => row.GetInt64(0)).Single();

    /// <inheritdoc/>
    public override bool IsRefusal(Exception problem) => problem is PostgresException { SqlState: ['2', '2' or '3', ..] or PostgresErrorCodes.ProgramLimitExceeded };

    /// <inheritdoc/>
    public override string Explain(Exception problem) => problem switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => $"{Name} cannot be written: the server's disk is full. Free space there.",
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => $"{Name} cannot be written: the server is read-only, as a standby is. Name the primary in {connectionStringFile}.",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refused => $"{Name} cannot be used: {refused.MessageText}. The user must own its tables, or be allowed to create them.",
        PostgresException { SqlState: ['2', '8', ..] } refused => $"{Name} cannot be used: {refused.MessageText}. Correct what stands in {connectionStringFile}.",
        PostgresException said => $"{Name} cannot be used: {said.MessageText} ({said.SqlState}). Look at the server's log.",
        NpgsqlException { InnerException: SocketException or IOException or TimeoutException } lost => $"{Name} cannot be reached: {lost.InnerException!.Message.TrimEnd('.')}. Look whether the server runs.",
        _ => $"{Name} cannot be reached: {problem.Message.TrimEnd('.')}. Look whether the server runs.",
    };

    private PostgresSession Open(bool pooling)
    {
        var text = ReadConnectionString();
        if (Objection(text) is { } objection)
        {
            throw new StateException($"The connection string in {connectionStringFile} cannot be used: {objection}.");
        }

        var builder = new NpgsqlConnectionStringBuilder(text) { Pooling = pooling, MaxPoolSize = 4, MaxAutoPrepare = 64, IncludeErrorDetail = false, PersistSecurityInfo = false };
        builder.ApplicationName ??= "auditwatch";
        if (!builder.ShouldSerialize("Timeout"))
        {
            builder.Timeout = 5;
        }

        _place = $"the PostgreSQL database {builder.Database ?? builder.Username} on {builder.Host}";
        var connection = new NpgsqlConnection(builder.ConnectionString);
        try
        {
            connection.Open();
            return new PostgresSession(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private string ReadConnectionString()
    {
        try
        {
            return File.ReadAllText(connectionStringFile).Trim();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new StateException($"The connection string of the state cannot be read: {problem.Message}", problem);
        }
    }

    private sealed class PostgresSession(NpgsqlConnection connection) : SqlSession(connection)
    {
        protected override void Begin() => Execute("BEGIN");

        // All of them in one message to the server, and its answers in one.
        protected override bool Run(SqlStatement condition, IReadOnlyList<SqlStatement> statements)
        {
            using var batch = new NpgsqlBatch(connection);
            Add(batch, condition);
            foreach (var statement in statements)
            {
                Add(batch, statement);
            }

            batch.ExecuteNonQuery();
            return batch.BatchCommands[0].RecordsAffected > 0;
        }

        protected override DbCommand Command(string text, object?[] values)
        {
            var command = new NpgsqlCommand(text, connection);
            foreach (var value in values)
            {
                command.Parameters.Add(Parameter(value));
            }

            return command;
        }

        private static void Add(NpgsqlBatch batch, SqlStatement statement)
        {
            var command = new NpgsqlBatchCommand(statement.Text);
            foreach (var value in statement.Values)
            {
                command.Parameters.Add(Parameter(value));
            }

            batch.BatchCommands.Add(command);
        }

        private static NpgsqlParameter Parameter(object? value) => new() { Value = value ?? DBNull.Value };
    }
}
