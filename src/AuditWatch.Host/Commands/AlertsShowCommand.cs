using System.CommandLine;
using AuditWatch.Host.Client;
using AuditWatch.Host.Output;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch alerts show</c>: everything about one alert.</summary>
internal static class AlertsShowCommand
{
    private const string Examples = """
        auditwatch alerts show 67f1d9aeabda7104                  who did what, why it was raised, what to do
        auditwatch alerts show 67f1d9aeabda7104 --format json    for other programs
        """;

    public static Command Create()
    {
        var id = EachId.Argument("ID", "The alert, as messages and 'alerts list' name it.", ArgumentArity.ExactlyOne);
        var format = OutputFormat.Option();
        var command = new DocumentedCommand("show", "Print everything about an alert.", Examples) { id, format };
        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var client = service.Connect(arguments);
            var json = await client.GetAsync($"alerts/{arguments.GetRequiredValue(id)[0]}", cancellation);
            var alert = AlertReader.Read(json) ?? throw client.NotAuditWatch();
            if (arguments.GetValue(format) == "json")
            {
                JsonLines.Write([json]);
            }
            else
            {
                AlertText.Write(Terminal.Out(), alert);
            }

            return ExitCode.Fine;
        });
        return command;
    }
}
