using System.CommandLine;
using AuditWatch.Configuration;
using AuditWatch.Host.Run;
using AuditWatch.Notifications.Console;

namespace AuditWatch.Host.Commands;

/// <summary>The configuration that a command is about.</summary>
internal static class ConfigFile
{
    /// <summary>The option of commands that use one that is right.</summary>
    public static Option<string> Option() => new("--config")
    {
        Description = "The configuration.",
        HelpName = "auditwatch.yaml",
        Required = true,
    };

    /// <summary>Reads it as the service does.</summary>
    /// <returns>The configuration; null if it is wrong.</returns>
    /// <exception cref="UsageException">There is no such file.</exception>
    public static ServiceConfiguration? Read(string path, Diagnostics diagnostics)
    {
        if (!File.Exists(path))
        {
            throw new UsageException(Directory.Exists(path) ? $"'{path}' is a folder: name the file in it" : $"there is no file '{path}'");
        }

        return ConfigurationFile.Load(path, ServiceSettings.Kinds(StandardOutput.Open()), diagnostics);
    }

    /// <summary>Reads one that is right.</summary>
    /// <exception cref="UsageException">It is not, or there is no such file.</exception>
    public static ServiceConfiguration Require(string path)
    {
        var diagnostics = new Diagnostics();
        return Read(path, diagnostics) ?? throw new UsageException(string.Join('\n', diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error)));
    }
}
