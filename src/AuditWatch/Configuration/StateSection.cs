using AuditWatch.State;
using AuditWatch.State.Sql;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Reads the section <c>state</c>.</summary>
internal static class StateSection
{
    private const long Least = 64L << 20;

    /// <summary>The settings; the defaults if there is no such section.</summary>
    /// <param name="root">The file.</param>
    /// <param name="diagnostics">Receives errors, which never quote the content of a secret file.</param>
    /// <param name="readsSecrets">Whether to read the file with the connection string. Commands that need only the path of the socket pass false, because they may have no permission.</param>
    public static StateSettings Read(YamlMap root, Diagnostics diagnostics, bool readsSecrets)
    {
        if (root.Map("state") is not { } map)
        {
            return new StateSettings();
        }

        var directory = map.String("directory");
        if (directory is not null && string.IsNullOrWhiteSpace(directory))
        {
            diagnostics.Error(map.LocationOf("directory"), "'directory' is empty: name a folder, or leave it out to keep the state in memory only");
        }
        else if (directory is not null && File.Exists(map.Location.Resolve(directory)))
        {
            diagnostics.Error(map.LocationOf("directory"), $"'{directory}' is a file: name a folder");
        }

        var connectionStringFile = map.Map("postgres") is { } postgres ? ConnectionStringFile(postgres, diagnostics, readsSecrets) : null;
        var size = map.Size("maxSize", Least) ?? StateSettings.DefaultMaxSize;
        map.RejectUnknown();
        return new StateSettings { Directory = directory is null ? null : map.Location.Resolve(directory), ConnectionStringFile = connectionStringFile, MaxSize = size };
    }

    private static string? ConnectionStringFile(YamlMap postgres, Diagnostics diagnostics, bool readsSecrets)
    {
        const string key = "connectionStringFile";
        var file = postgres.String(key);
        if (postgres.TryGet("connectionString", out var literal))
        {
            diagnostics.Error(literal.Location, $"a connection string does not belong in this file, for it holds a password: write it to a file of its own and name that with '{key}'");
        }
        else if (file is null)
        {
            diagnostics.Error(postgres.Location, $"'{key}' is missing: name the file that holds Host=…;Database=…;Username=…;Password=…");
        }
        else if (readsSecrets && Objection(postgres.Location.Resolve(file)) is { } objection)
        {
            diagnostics.Error(postgres.LocationOf(key), $"the connection string in '{file}' cannot be used: {objection}");
        }

        postgres.RejectUnknown();
        return file is null ? null : postgres.Location.Resolve(file);
    }

    private static string? Objection(string path)
    {
        try
        {
            return PostgresDatabase.Objection(File.ReadAllText(path).Trim());
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return problem.Message;
        }
    }
}
