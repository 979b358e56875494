using System.CommandLine;
using AuditWatch.Host.Client;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch report</c>: one HTML file of an incident, or of a time, to keep, print or send.</summary>
internal static class ReportCommand
{
    private const string Examples = """
        auditwatch report --incident 953a6c424c7eab7f -o incident.html      for the post-mortem; the beginning of an id will do
        auditwatch report --since 12h -o shift.html                         what was going on in this shift
        auditwatch report --since 2026-11-01T00:00:00Z --until 2026-12-01T00:00:00Z > november.html
        """;

    public static Command Create()
    {
        var incident = new Option<string>("--incident") { Description = "Of this incident, with all its alerts.", HelpName = "ID" };
        var since = new Option<string>("--since") { Description = "Of what was going on from then on: a time such as 2030-01-31T18:00:00Z, or so long ago: 2h, 7d.", HelpName = "TIME" };
        var until = new Option<string>("--until") { Description = "Of what began before then. Default: now.", HelpName = "TIME" };
        var output = new Option<string>("--output", "-o") { Description = "The file to write; what it held is gone. Default: standard output.", HelpName = "FILE" };
        var command = new DocumentedCommand("report", "Write what happened into one HTML file that shows everything by itself, and prints well.", Examples) { incident, since, until, output };
        command.Validators.Add(result =>
        {
            if (result.GetValue(incident) is null == result.GetValue(since) is null || (result.GetValue(until) is not null && result.GetValue(since) is null))
            {
                result.AddError("Either '--incident' or '--since', perhaps with '--until', says what to report.");
            }
        });
        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var end = AlertsListCommand.Time("--until", arguments.GetValue(until), now);
            var path = arguments.GetValue(incident) is { } id ? $"incidents/{Uri.EscapeDataString(id)}/report"
                : $"report?since={Uri.EscapeDataString(AlertsListCommand.Time("--since", arguments.GetValue(since), now)!)}{(end is null ? "" : $"&until={Uri.EscapeDataString(end)}")}";
            using var client = service.Connect(arguments);
            var report = await client.GetFileAsync(path, cancellation);
            await WriteAsync(report, arguments.GetValue(output), cancellation);
            return ExitCode.Fine;
        });
        return command;
    }

    private static async Task WriteAsync(byte[] report, string? file, CancellationToken cancellation)
    {
        if (file is null)
        {
            await using var output = Console.OpenStandardOutput();
            await output.WriteAsync(report, cancellation);
            return;
        }

        try
        {
            await File.WriteAllBytesAsync(file, report, cancellation);
        }
        catch (UnauthorizedAccessException problem)
        {
            throw new UsageException($"the report cannot be written: {problem.Message}");
        }
    }
}
