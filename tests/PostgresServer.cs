using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace AuditWatch.Tests;

/// <summary>A PostgreSQL server of the tests' own, with a password, on a free port of loopback; its files are gone after it. Thread-safe.</summary>
internal sealed class PostgresServer : IDisposable
{
    /// <summary>The password, which must show up nowhere.</summary>
    public const string Password = "correct-horse-battery-staple";

    private static readonly Lazy<PostgresServer> Common = new(Start);
    private static readonly string? Programs = FindPrograms();
    private static int _schemas;

    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePort();
    private Process _server = null!;

    private PostgresServer()
    {
        Run("chown", "-R", UserName, _folder.FullName);
        var password = Path.Combine(_folder.FullName, "password");
        File.WriteAllText(password, Password);
        RunAsServer("initdb", "--no-sync", "--username=auditwatch", "--auth=scram-sha-256", $"--pwfile={password}", "--encoding=UTF8", "--locale=C.UTF-8", "-D", DataFolder);
    }

    /// <summary>Whether there are the programs of a server on this machine.</summary>
    public static bool IsInstalled => Programs is not null;

    /// <summary>The server that most tests share, until the process ends. Skips the test if there is none.</summary>
    public static PostgresServer Shared()
    {
        SkipUnlessInstalled();
        return Common.Value;
    }

    /// <summary>Skips the test unless servers can be started.</summary>
    public static void SkipUnlessInstalled() => Skip.IfNot(IsInstalled, "needs the PostgreSQL server: .ci/install");

    /// <summary>A server that can be killed; only where there is one (see <see cref="SkipUnlessInstalled"/>).</summary>
    public static PostgresServer Start()
    {
        var server = new PostgresServer();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Dispose();
        server.Resume();
        return server;
    }

    /// <summary>A connection string of an empty schema of its own.</summary>
    public string NewSchema(int? port = null)
    {
        var schema = $"test_{Interlocked.Increment(ref _schemas)}";
        Execute($"CREATE SCHEMA {schema}");
        return $"{ConnectionString(port)};Search Path={schema}";
    }

    /// <summary>The connection string of the database itself, or of what stands before it on another port.</summary>
    public string ConnectionString(int? port = null) =>
        $"Host=127.0.0.1;Port={(port ?? _port).ToString(CultureInfo.InvariantCulture)};Database=postgres;Username=auditwatch;Password={Password};Timeout=5";

    /// <summary>The port it listens on.</summary>
    public int Port => _port;

    /// <summary>Runs a statement.</summary>
    public void Execute(string statement, string? connectionString = null)
    {
        using var connection = new NpgsqlConnection($"{connectionString ?? ConnectionString()};Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(statement, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>The value that a query gives.</summary>
    public static T Scalar<T>(string query, string connectionString)
    {
        using var connection = new NpgsqlConnection($"{connectionString};Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(query, connection);
        return (T)command.ExecuteScalar()!;
    }

    /// <summary>What <c>pg_dump</c> writes of a schema: a statement for each table and row.</summary>
    public string Dump(string schema)
    {
        var start = AsServer("pg_dump", "--inserts", "--no-owner", "--no-privileges", $"--schema={schema}", "-h", "127.0.0.1", "-p", _port.ToString(CultureInfo.InvariantCulture), "-U", "auditwatch", "postgres");
        start.Environment["PGPASSWORD"] = Password;
        return Finish(start);
    }

    /// <summary>Ends the server and all its processes as a crash does.</summary>
    public void Kill()
    {
        var children = Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && ParentOf(id) == _server.Id)
            .ToList();
        _server.Kill();
        foreach (var child in children)
        {
            try
            {
                Process.GetProcessById(child).Kill();
            }
            catch (ArgumentException)
            {
                // It has followed the server by itself.
            }
        }

        _server.WaitForExit();
        SpinWait.SpinUntil(() => children.TrueForAll(id => ParentOf(id) is null), TimeSpan.FromSeconds(10));
    }

    /// <summary>Starts the server, and waits until it answers.</summary>
    public void Resume()
    {
        var start = AsServer("postgres", "-D", DataFolder, "-p", _port.ToString(CultureInfo.InvariantCulture), "-h", "127.0.0.1", "-k", _folder.FullName, "-c", "fsync=off", "-c", "max_connections=50");
        start.RedirectStandardError = true;
        _server = Process.Start(start)!;
        _server.ErrorDataReceived += (_, _) => { };
        _server.BeginErrorReadLine();
        NpgsqlException? last = null;
        var answers = SpinWait.SpinUntil(() => Answers(out last), TimeSpan.FromSeconds(60));
        Assert.True(answers, $"the PostgreSQL server of the tests does not answer: {last?.Message}");
    }

    public void Dispose()
    {
        if (!_server.HasExited)
        {
            Kill();
        }

        _folder.Dispose();
    }

    private string DataFolder => Path.Combine(_folder.FullName, "data");

    // It refuses to run as root; a package of Debian's comes with a user for it.
    private static string UserName => Environment.UserName == "root" ? "postgres" : Environment.UserName;

    private bool Answers(out NpgsqlException? problem)
    {
        problem = null;
        try
        {
            Execute("SELECT 1");
            return true;
        }
        catch (NpgsqlException refused)
        {
            problem = refused;
            return _server.HasExited ? throw new InvalidOperationException("the PostgreSQL server of the tests has ended", refused) : false;
        }
    }

    private static ProcessStartInfo AsServer(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs!, program);
        return Environment.UserName == "root"
            ? new ProcessStartInfo("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, .. arguments]) { WorkingDirectory = "/" }
            : new ProcessStartInfo(path, arguments);
    }

    private static void RunAsServer(string program, params string[] arguments) => Finish(AsServer(program, arguments));

    private static void Run(string program, params string[] arguments) => Finish(new ProcessStartInfo(program, arguments));

    private static string Finish(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{start.FileName} {string.Join(' ', start.ArgumentList)}: {output.Result}{error}");
        return output.Result;
    }

    private static int? ParentOf(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 4)..].Split(' ')[0], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string? FindPrograms()
    {
        var versions = Directory.Exists("/usr/lib/postgresql") ? Directory.EnumerateDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin")) : [];
        return versions.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
