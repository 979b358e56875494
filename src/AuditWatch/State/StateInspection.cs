using System.Data.Common;
using System.Text.Json;
using AuditWatch.State.Sql;

namespace AuditWatch.State;

/// <summary>Looks into a state from outside, whether a service runs on it or not: checks, copies and prints it, and changes nothing.</summary>
internal sealed class StateInspection
{
    private readonly SqlDatabase _database;

    private StateInspection(SqlDatabase database) => _database = database;

    /// <summary>What and where it is, as the beginning of a sentence.</summary>
    public string Name => _database.Name;

    /// <summary>Finds the state.</summary>
    /// <exception cref="StateException">There is none.</exception>
    public static StateInspection Of(StateSettings settings)
    {
        var database = SqlDatabase.Of(settings) ?? throw new StateException("A service without a state directory or a database keeps its state in memory only.");
        return database.Guard(() => database.Exists) ? new StateInspection(database) : throw new StateException($"{database.Name} does not exist yet: no service has written there.");
    }

    /// <summary>Why a service could not go on from a state, as far as it can be told without writing: it cannot be reached or read, or is of a newer version. Null for nothing; none need be there yet.</summary>
    public static string? Objection(StateSettings settings)
    {
        try
        {
            if (SqlDatabase.Of(settings) is { } database && database.Guard(() => database.Exists))
            {
                new StateInspection(database).Read(_ => true);
            }

            return null;
        }
        catch (StateException problem)
        {
            return problem.Message;
        }
    }

    /// <summary>Reads everything and checks that it fits together.</summary>
    /// <returns>What is wrong, a line for each; none if all is well.</returns>
    /// <exception cref="StateException">It cannot be read at all, or is of a newer version.</exception>
    public IReadOnlyList<string> Check() => Read(session => _database.Check(session).ToList());

    /// <summary>Writes a copy as it stands, from which a service can go on. For its owner only.</summary>
    /// <param name="file">The copy; there must be no such file yet.</param>
    /// <exception cref="StateException">It could not be written; what was is gone.</exception>
    public void BackUp(string file)
    {
        if (File.Exists(file))
        {
            throw new StateException($"{file} exists already: name a new file for the backup.");
        }

        try
        {
            _database.BackUp(file);
        }
        catch (Exception problem) when (problem is DbException or IOException or UnauthorizedAccessException)
        {
            File.Delete(file);
            throw problem as StateException ?? new StateException($"{file} could not be written: {problem.Message.TrimEnd('.')}.", problem);
        }
    }

    /// <summary>
    /// Writes every row of every table as a JSON object in a line of its own: <c>{"table":"alerts",…}</c>, as all of it stood at one moment. What an earlier version has not had is left out.
    /// </summary>
    /// <returns>How many rows.</returns>
    /// <exception cref="StateException">It cannot be read.</exception>
    public long Export(Stream to) => Read(session =>
    {
        using var json = new Utf8JsonWriter(to);
        var count = 0L;
        foreach (var table in StateTables.All)
        {
            var known = _database.ColumnsOf(session, table).ToHashSet(StringComparer.Ordinal);
            var columns = table.Columns.Select(column => column.Name).Where(known.Contains).ToList();
            if (columns.Count == 0)
            {
                continue;
            }

            foreach (var row in session.Query($"SELECT {string.Join(", ", columns)} FROM {table.Name} ORDER BY 1", row => row))
            {
                Write(json, table.Name, row);
                json.Flush();
                json.Reset();
                to.WriteByte((byte)'\n');
                count++;
            }
        }

        return count;
    });

    private T Read<T>(Func<SqlSession, T> read) => _database.Guard(() =>
    {
        using var session = _database.OpenToRead();
        SqlSchema.VersionOf(_database, session, SqlSchema.Versions.Count);
        return session.Snapshot(() => read(session));
    });

    private static void Write(Utf8JsonWriter json, string table, DbDataReader row)
    {
        json.WriteStartObject();
        json.WriteString("table", table);
        for (var i = 0; i < row.FieldCount; i++)
        {
            json.WritePropertyName(row.GetName(i));
            Write(json, row.GetValue(i));
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, object value)
    {
        switch (value)
        {
            case DBNull:
                json.WriteNullValue();
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case DateTime time:
                json.WriteStringValue(time);
                break;
            case byte[] bytes when IsJson(bytes):
                json.WriteRawValue(bytes);
                break;
            case byte[] bytes:
                json.WriteBase64StringValue(bytes);
                break;
            default:
                json.WriteStringValue(value.ToString());
                break;
        }
    }

    // Records are JSON where they are not numbers alone.
    private static bool IsJson(byte[] bytes)
    {
        if (bytes is not [(byte)'{' or (byte)'[', ..])
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
