using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AuditWatch.State.Sql;

/// <summary>
/// Makes a new database of what can be read of a damaged one, and says what cannot. The damaged one stays beside it. Wants room for two more of its size, and that nobody else uses the directory.
/// It is one class because what is lost of a table is known only to who has read it: forwards to the first page that cannot be read, backwards to the last, and row by row between.
/// </summary>
internal sealed class SqliteRecovery
{
    // Rows are looked for one by one where pages before and behind can be read.
    private const long MaxSought = 100_000;

    private static readonly StateTable[] JsonRecords =
        [StateTables.Groups, StateTables.Counted, StateTables.FirstSeen, StateTables.FirstSeenClusters, StateTables.CompositeFindings, StateTables.CompositeClusters, StateTables.CompositeStories];

    private static readonly string[] Beside = ["-wal", "-shm"];

    private readonly List<string> _lost = [];
    private readonly SqlSession _damaged;
    private readonly SqlSession _made;
    private long _kept;

    private SqliteRecovery(SqlSession damaged, SqlSession made) => (_damaged, _made) = (damaged, made);

    /// <summary>Recovers the database of a directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="now">The time, which the name of the damaged file gets.</param>
    /// <returns>What was lost and where the damaged file is, for a person; null if nothing is damaged, in which case nothing is changed.</returns>
    /// <exception cref="StateException">It is of a newer version, or cannot be read or written for another reason than damage; nothing is changed.</exception>
    public static string? Recover(string directory, DateTimeOffset now)
    {
        var database = new SqliteDatabase(directory);
        if (!database.Exists)
        {
            return null;
        }

        var work = Path.Combine(directory, "recovering");
        Remove(work);
        Directory.CreateDirectory(work);
        try
        {
            return database.Guard(() => Recover(database, new SqliteDatabase(work), $"{database.Path}.damaged-{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}"));
        }
        finally
        {
            Remove(work);
        }
    }

    private static string? Recover(SqliteDatabase database, SqliteDatabase made, string aside)
    {
        string? said;
        using (var session = database.OpenDamaged())
        using (var writing = made.OpenToWrite())
        {
            said = new SqliteRecovery(session, writing).Copy(database, made);
        }

        if (said is null)
        {
            return null;
        }

        File.Copy(database.Path, aside);
        foreach (var end in Beside.Where(end => File.Exists(database.Path + end)))
        {
            File.Move(database.Path + end, aside + end);
        }

        File.Move(made.Path, database.Path, overwrite: true);
        return $"{database.Name} was damaged and is recovered: {said} The damaged file is kept as {aside}.";
    }

    private static void Remove(string work)
    {
        if (Directory.Exists(work))
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private string? Copy(SqliteDatabase database, SqliteDatabase made)
    {
        var isWhole = TryRead(() => database.Check(_damaged).ToList(), out var wrong) && wrong!.Count == 0;
        if (!TryRead(() => SqlSchema.VersionOf(database, _damaged, SqlSchema.Versions.Count), out var version) || version == 0)
        {
            // Without what says which, it is the version that this program writes.
            version = SqlSchema.Versions.Count;
        }

        SqlSchema.Update(made, _made, [.. SqlSchema.Versions.Take((int)version)]);
        _made.Transact(() =>
        {
            foreach (var table in StateTables.All)
            {
                Copy(database, made, table);
            }
        });
        _made.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        return isWhole && _lost.Count == 0 ? null
            : $"{_kept:N0} rows are kept; " + (_lost.Count == 0 ? "nothing that anybody put there is lost." : $"lost: {string.Join("; ", _lost)}.");
    }

    private void Copy(SqliteDatabase database, SqliteDatabase made, StateTable table)
    {
        var wanted = made.ColumnsOf(_made, table).ToHashSet(StringComparer.Ordinal);
        if (wanted.Count == 0)
        {
            return;
        }

        if (!TryRead(() => database.ColumnsOf(_damaged, table).ToHashSet(StringComparer.Ordinal), out var known) || known!.Count == 0)
        {
            _lost.Add($"all of {table.Name}");
            return;
        }

        var columns = table.Columns.Where(column => wanted.Contains(column.Name) && known.Contains(column.Name)).ToList();
        // A name that is damaged breaks nothing that SQLite checks.
        _lost.AddRange(table.Columns.Where(column => wanted.Contains(column.Name) && !known.Contains(column.Name)).Select(column => $"{column.Name} in all rows of {table.Name}"));
        var isClustered = _made.Query("SELECT wr FROM pragma_table_list WHERE name = $1", row => row.GetInt64(0), table.Name).Single() == 1;
        var copy = new TableCopy(_damaged, _made, table, columns, isClustered);
        copy.Run();
        _kept += copy.Kept;
        if (copy.Lost is { } lost)
        {
            _lost.Add($"{lost} of {table.Name}, of which {copy.Kept:N0} are kept");
        }
    }

    private static bool TryRead<T>(Func<T> read, out T? result)
    {
        try
        {
            result = read();
            return true;
        }
        catch (SqliteException problem) when (IsDamage(problem))
        {
            result = default;
            return false;
        }
    }

    private static bool IsDamage(SqliteException problem) => problem.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_ERROR || problem.SqliteExtendedErrorCode == raw.SQLITE_IOERR_SHORT_READ;

    /// <summary>What becomes of one table.</summary>
    private sealed class TableCopy(SqlSession damaged, SqlSession made, StateTable table, List<StateColumn> columns, bool isClustered)
    {
        private readonly string _list = string.Join(", ", columns.Select(column => column.Name));
        private readonly string _row = isClustered ? "" : "rowid, ";
        private readonly string _insert = $"INSERT OR REPLACE INTO {table.Name} ({(isClustered ? "" : "rowid, ")}{string.Join(", ", columns.Select(column => column.Name))}) "
            + $"VALUES ({string.Join(", ", Enumerable.Range(1, columns.Count + (isClustered ? 0 : 1)).Select(n => $"${n}"))})";

        private long _unreadable;
        private bool _isTorn;
        private long _latest;

        public long Kept { get; private set; }

        /// <summary>What is lost, as words before "of the table"; null for nothing.</summary>
        public string? Lost => _isTorn ? (_unreadable > 0 && !isClustered ? $"at most {_unreadable:N0}" : "an unknown number") : _unreadable > 0 ? $"{_unreadable:N0}" : null;

        public void Run()
        {
            var order = isClustered ? string.Join(", ", columns.Take(table.Keys).Select(column => column.Name)) : "rowid";
            if (TryCopy($"SELECT {_row}{_list} FROM {table.Name} NOT INDEXED ORDER BY {order}"))
            {
                return;
            }

            _isTorn = true;
            var (first, last) = (_latest, long.MaxValue);
            var backwards = isClustered ? string.Join(", ", columns.Take(table.Keys).Select(column => column.Name + " DESC")) : "rowid DESC";
            var after = isClustered ? "" : $"WHERE rowid > {first.ToString(CultureInfo.InvariantCulture)} ";
            _latest = last;
            TryCopy($"SELECT {_row}{_list} FROM {table.Name} NOT INDEXED {after}ORDER BY {backwards}");
            last = _latest;
            if (isClustered || last == long.MaxValue || last - first - 1 > MaxSought)
            {
                return;
            }

            for (var id = first + 1; id < last; id++)
            {
                var before = Kept;
                TryCopy($"SELECT {_row}{_list} FROM {table.Name} NOT INDEXED WHERE rowid = {id.ToString(CultureInfo.InvariantCulture)}");
                _unreadable += Kept == before ? 1 : 0;
            }
        }

        private bool TryCopy(string query) => TryRead(
            () =>
            {
                foreach (var row in damaged.Query(query, row => Enumerable.Range(0, row.FieldCount).Select(row.GetValue).ToArray()))
                {
                    _latest = isClustered ? _latest : (long)row[0];
                    Add(row);
                }

                return true;
            },
            out _);

        private void Add(object[] row)
        {
            try
            {
                Check(row.AsSpan(isClustered ? 0 : 1));
                made.Execute(_insert, [.. row.Select(value => value is DBNull ? null : value)]);
                Kept++;
            }
            catch (Exception problem) when (problem is FormatException or InvalidCastException or JsonException or SqliteException { SqliteErrorCode: raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH })
            {
                _unreadable++;
            }
        }

        // A bit that has flipped within a value is nothing that SQLite knows of.
        private void Check(Span<object> values)
        {
            for (var i = 0; i < columns.Count; i++)
            {
                switch (columns[i].Type, values[i])
                {
                    case (_, DBNull) or (StateType.Number, long) or (StateType.Text, string):
                        break;
                    case (StateType.Json, string text):
                        using (JsonDocument.Parse(text))
                        {
                        }

                        break;
                    case (StateType.Time, string text):
                        _ = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
                        break;
                    case (StateType.Bytes, byte[] bytes):
                        if (JsonRecords.Contains(table))
                        {
                            using var document = JsonDocument.Parse(bytes);
                        }

                        break;
                    case var (type, value):
                        throw new InvalidCastException($"{value.GetType().Name} is no {type}");
                }
            }
        }
    }
}
