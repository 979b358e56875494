using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace AuditWatch.Tests;

/// <summary>
/// States as earlier versions of AuditWatch left them, to go on from: for each version of the schema and each database a file of SQL in <c>tests/state-fixtures</c>, which was written by a
/// service with that schema and is not changed any more once it has been released. <c>EarlierStateTests</c> says how one is made.
/// </summary>
internal static class StateFixture
{
    private static readonly string Folder = Path.Combine(FindRoot(), "tests", "state-fixtures");

    /// <summary>The versions of which there are fixtures, in their order.</summary>
    public static IReadOnlyList<int> Versions { get; } =
        [.. Directory.EnumerateFiles(Folder, "schema-*.sqlite.sql").Select(path => int.Parse(Path.GetFileName(path).Split('-', '.')[1], CultureInfo.InvariantCulture)).Order()];

    /// <summary>Writes a fixture, of the version that it says itself.</summary>
    public static void Write(string fixture, bool isPostgres)
    {
        var version = Regex.Match(fixture, @"INSERT INTO schema_version VALUES \((\d+)\)").Groups[1].Value;
        File.WriteAllText(PathOf(int.Parse(version, CultureInfo.InvariantCulture), isPostgres), fixture);
    }

    private static string PathOf(int version, bool isPostgres) => Path.Combine(Folder, $"schema-{version}.{(isPostgres ? "postgres" : "sqlite")}.sql");

    /// <summary>Puts a fixture into a new file.</summary>
    public static void IntoSqlite(int version, string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        using var connection = Connect(file);
        using var command = connection.CreateCommand();
        command.CommandText = File.ReadAllText(PathOf(version, isPostgres: false));
        command.ExecuteNonQuery();
    }

    /// <summary>Puts a fixture into the schema that a connection string names, which is empty.</summary>
    public static void IntoPostgres(int version, string connectionString) => PostgresServer.Shared().Execute(File.ReadAllText(PathOf(version, isPostgres: true)), connectionString);

    /// <summary>The statements that make a database as it is. What triggers fill, they fill again.</summary>
    public static string OfSqlite(string file)
    {
        using var connection = Connect(file);
        var schema = Rows(connection, "SELECT sql, name, type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT GLOB 'alert_search_*' ORDER BY rowid");
        var rows = schema.Where(one => (long)one[2] == 1 && (string)one[1] != "detection_days").SelectMany(table =>
        {
            var columns = Rows(connection, $"SELECT name FROM pragma_table_info('{table[1]}')").Select(column => (string)column[0]).ToList();
            return Rows(connection, $"SELECT {string.Join(" || ', ' || ", columns.Select(column => $"quote({column})"))} FROM {table[1]}").Select(row => $"INSERT INTO {table[1]} VALUES ({row[0]});");
        });
        return string.Join('\n', ["PRAGMA auto_vacuum = INCREMENTAL;", "PRAGMA journal_mode = WAL;", "BEGIN;", .. schema.Select(one => $"{one[0]};"), .. rows, "COMMIT;\n"]);
    }

    /// <summary>The same of a schema of PostgreSQL.</summary>
    public static string OfPostgres(string connectionString)
    {
        var schema = new Npgsql.NpgsqlConnectionStringBuilder(connectionString).SearchPath!;
        string[] noise = ["--", "\\", "SET ", "SELECT pg_catalog.set_config", "CREATE SCHEMA"];
        var lines = PostgresServer.Shared().Dump(schema).Replace($"{schema}.", "", StringComparison.Ordinal).Split('\n');
        return string.Join('\n', lines.Where(line => line.Length > 0 && !noise.Any(beginning => line.StartsWith(beginning, StringComparison.Ordinal)))) + "\n";
    }

    private static List<object[]> Rows(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }

    private static SqliteConnection Connect(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        connection.Open();
        return connection;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AuditWatch.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("the tests run from within the repository");
        }

        return folder.FullName;
    }
}
