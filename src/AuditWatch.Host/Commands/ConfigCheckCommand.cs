using System.CommandLine;
using AuditWatch.Configuration;
using AuditWatch.Host.Output;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch config check</c>: everything that is wrong with a configuration and what it leads to (detections, secrets, certificates, tokens, the database), before the service starts with it.</summary>
internal static class ConfigCheckCommand
{
    private const string Examples = """
        auditwatch config check auditwatch.yaml                    file:line:column: error: what is wrong
        auditwatch config check auditwatch.yaml --format github    annotations for a pull request
        """;

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The configuration. The files and variables that it names have to be there: secrets, detections, certificates, tokens, a PostgreSQL database." };
        var format = DiagnosticFormat.Option();
        var command = new DocumentedCommand("check", "Report everything that is wrong with a configuration, with its place.", Examples) { file, format };
        command.SetAction(arguments => Check(arguments.GetRequiredValue(file), DiagnosticFormat.Parse(arguments.GetValue(format))));
        return command;
    }

    private static int Check(string file, Func<Diagnostic, string> format)
    {
        var diagnostics = new Diagnostics();
        var configuration = ConfigFile.Read(file, diagnostics);
        if (configuration is not null)
        {
            ConfigUse.Check(file, configuration, diagnostics);
        }

        configuration = diagnostics.HasErrors ? null : configuration;
        foreach (var diagnostic in diagnostics)
        {
            Console.Out.WriteLine(format(diagnostic));
        }

        Console.Error.WriteLine(configuration is null ? $"{file} has {Counted.Of(diagnostics.ErrorCount, "error")}" : $"{file} is fine: {Summary(configuration)}");
        return configuration is null ? ExitCode.FoundProblems : ExitCode.Fine;
    }

    private static string Summary(ServiceConfiguration configuration) => string.Join(", ",
    [
        Counted.Of(configuration.Receivers.Count, "receiver"),
        Counted.Of(configuration.Route?.All().Count() ?? 0, "route"),
        Counted.Of(configuration.TimeIntervals.Count, "time interval"),
        Counted.Of(configuration.Inhibit.Count, "inhibition"),
        Counted.Of(configuration.Silences.Count, "silence"),
    ]);
}
