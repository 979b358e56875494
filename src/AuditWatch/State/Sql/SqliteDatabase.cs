using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AuditWatch.State.Sql;

/// <summary>
/// SQLite, in a file of a directory. A commit is in the write-ahead log and on the disk when it returns (<c>journal_mode=WAL</c>, <c>synchronous=FULL</c>); readers
/// see the last commit and never wait. Whoever opens it to write owns the directory (<see cref="DirectoryLock"/>).
/// </summary>
internal sealed class SqliteDatabase(string directory) : SqlDatabase
{
    /// <summary>The name of the file. Beside it lie the write-ahead log and its index, with <c>-wal</c> and <c>-shm</c> at the end of their names.</summary>
    public const string FileName = "auditwatch.db";

    private bool _isKnown;

    /// <summary>The file.</summary>
    public string Path { get; } = System.IO.Path.Combine(directory, FileName);

    /// <inheritdoc/>
    public override string Name => $"The state in {directory}";

    /// <inheritdoc/>
    public override string Place => directory;

    /// <inheritdoc/>
    public override bool IsShared => false;

    /// <inheritdoc/>
    /// <remarks>Whoever has the directory's lock owns it.</remarks>
    public override StateOwner? TryOwn(SqlSession session) => null;

    /// <inheritdoc/>
    public override SqlSession OpenToWrite()
    {
        if (!Exists)
        {
            if (_isKnown)
            {
                throw new StateException(WasRemoved(Path));
            }

            CreateFile(Path);
        }

        var connection = Open(SqliteOpenMode.ReadWrite);
        try
        {
            // The first of them has no effect once there are tables. Nothing is written outside of the directory.
            Set(connection, "auto_vacuum=INCREMENTAL");
            var mode = Set(connection, "journal_mode=WAL");
            if (mode != "wal")
            {
                throw new StateException($"{Name} cannot be written safely: SQLite has no write-ahead log there (journal_mode is {mode}). Put the directory on a local disk.");
            }

            Set(connection, "synchronous=FULL");
            Set(connection, "wal_autocheckpoint=4000");
            Set(connection, "journal_size_limit=67108864");
            Set(connection, "temp_store=MEMORY");
            Set(connection, "cache_size=-16000");
            _isKnown = true;
            return new SqliteSession(connection, Path);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override SqlSession OpenToRead()
    {
        var connection = Open(SqliteOpenMode.ReadWrite);
        Set(connection, "query_only=ON");
        Set(connection, "temp_store=MEMORY");
        return new SqliteSession(connection);
    }

    /// <summary>Opens a session that reads what can still be read, for whoever owns the directory.</summary>
    public SqlSession OpenDamaged() => new SqliteSession(Open(SqliteOpenMode.ReadWrite));

    /// <inheritdoc/>
    public override string Define(SqlSchemaVersion version) => version.In(
        isSqlite: true, ("{key}", "text"), ("{number}", "integer PRIMARY KEY"), ("{time}", "text"), ("{json}", "text"), ("{bytes}", "blob"), ("{clustered}", "WITHOUT ROWID"));

    /// <inheritdoc/>
    public override AlertPage Search(SqlSession session, AlertSearch search) => SqliteAlertSearch.Find(session, search);

    /// <inheritdoc/>
    public override IEnumerable<string> ColumnsOf(SqlSession session, StateTable table) =>
        session.Query("SELECT name FROM pragma_table_info($1)", row => row.GetString(0), table.Name);

    /// <inheritdoc/>
    public override bool Exists => File.Exists(Path);

    /// <inheritdoc/>
    public override IEnumerable<string> Check(SqlSession session) =>
        session.Query("PRAGMA integrity_check", row => row.GetString(0)).Where(line => line != "ok");

    /// <inheritdoc/>
    public override void BackUp(string file)
    {
        CreateFile(file);
        // A connection that may only read refuses this, although it changes nothing where it reads.
        using (var session = new SqliteSession(Open(SqliteOpenMode.ReadWrite)))
        {
            session.Execute("VACUUM INTO $1", file);
        }

        using var written = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(written);
    }

    /// <inheritdoc/>
    public override long SizeOf(SqlSession session)
    {
        var log = new FileInfo($"{Path}-wal");
        return session.Query("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", row => row.GetInt64(0)).Single() + (log.Exists ? log.Length : 0);
    }

    /// <inheritdoc/>
    public override long BytesInUse(SqlSession session, bool isExact) =>
        session.Query("SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size", row => row.GetInt64(0)).Single();

    /// <inheritdoc/>
    public override bool TryGiveBack(SqlSession session)
    {
        // A few free pages are of use soon; giving back is done in steps that nobody notices.
        const int enough = 256;
        if (session.Query("PRAGMA freelist_count", row => row.GetInt64(0)).Single() <= enough)
        {
            return false;
        }

        session.Execute("PRAGMA incremental_vacuum(500)");
        return true;
    }

    /// <summary>A database in memory, which is gone with the session.</summary>
    public static SqlSession OpenInMemory()
    {
        var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        Set(connection, "temp_store=MEMORY");
        return new SqliteSession(connection);
    }

    /// <inheritdoc/>
    public override bool IsRefusal(Exception problem) =>
        problem is SqliteException { SqliteErrorCode: raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH or raw.SQLITE_TOOBIG };

    /// <inheritdoc/>
    public override string Explain(Exception problem) => problem is not SqliteException sqlite ? $"{Name} cannot be used: {problem.Message.TrimEnd('.')}." : sqlite.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => $"{Name} cannot be written: the disk is full. Free space on the volume.",
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN or raw.SQLITE_AUTH =>
            $"{Name} cannot be written: {Text(sqlite)}. It must be a directory that this user may read and write, and so must the files {FileName}* in it.",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB =>
            $"{Path} is damaged: {Text(sqlite)}. Stop the service and look with 'auditwatch state check'. Start it once with 'auditwatch run --recover', which keeps what can be read and says what is lost; or put a backup made by 'auditwatch state backup' in its place and remove {FileName}-wal and "
            + $"{FileName}-shm, or move all three away to begin with an empty state: then alerts, notifications that wait and the places up to which logs were read are forgotten.",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => $"{Name} cannot be written: another program has locked {Path}. Close it.",
        _ => $"{Name} cannot be written: {Text(sqlite)}. Look at the volume and at the system's log.",
    };

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, Mode = mode, Pooling = false, DefaultTimeout = 1 }.ConnectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static string? Set(SqliteConnection connection, string pragma)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA {pragma}";
        return command.ExecuteScalar() as string;
    }

    /// <summary>What to say when the file is gone under a running service.</summary>
    internal static string WasRemoved(string path) =>
        $"{path} was removed while the service ran. Put it back and restart the service; restarted without it, it begins with an empty state: then alerts, notifications that wait and the places "
        + "up to which logs were read are forgotten.";

    private static string Text(SqliteException problem) => raw.sqlite3_errstr(problem.SqliteExtendedErrorCode).utf8_to_string();

    // SQLite gives the files beside it the same mode.
    private static void CreateFile(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        new FileStream(path, options).Dispose();
    }
}
