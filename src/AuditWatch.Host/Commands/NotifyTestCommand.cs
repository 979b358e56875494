using System.CommandLine;
using AuditWatch.Alerts;
using AuditWatch.Configuration;
using AuditWatch.Host.Client;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Delivery;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch notify test</c>: whether receivers can be reached, before the first night.</summary>
internal static class NotifyTestCommand
{
    private const string Examples = """
        auditwatch notify test --config auditwatch.yaml                              a message to every receiver, each way of it
        auditwatch notify test on-call --config auditwatch.yaml                      to one
        auditwatch notify test on-call --alert 67f1 --config auditwatch.yaml         as it looks: an alert of the service that runs with that configuration
        """;

    public static Command Create()
    {
        var receiver = new Argument<string?>("RECEIVER") { Description = "The receiver, as the configuration names it. Default: all of them.", Arity = ArgumentArity.ZeroOrOne };
        var alert = new Option<string?>("--alert") { Description = "An alert of the running service to show; the beginning of its id will do. Default: one that says that it is a test.", HelpName = "ID" };
        var config = ConfigFile.Option();
        var command = new DocumentedCommand("test", "Send receivers a message now, and say how it went; exit code 1 if one was not taken. What can be resolved is resolved at once.", Examples) { receiver, alert, config };
        command.SetAction(async (arguments, cancellation) =>
        {
            var file = arguments.GetRequiredValue(config);
            var configuration = ConfigFile.Require(file);
            var receivers = Chosen(configuration, arguments.GetValue(receiver));
            var told = arguments.GetValue(alert) is { } id ? await FetchAsync(file, id, cancellation) : TestMessage.Alert($"Somebody ran 'auditwatch notify test' on {Environment.MachineName}", TimeProvider.System.GetUtcNow());
            var url = arguments.GetValue(alert) is null ? null : configuration.ExternalUrl;
            var exitCode = ExitCode.Fine;
            foreach (var (name, integration) in receivers.SelectMany(one => one.Integrations, (one, way) => (one.Name, way)))
            {
                var result = await TellAsync(name, integration, told, url, configuration.TimeZone, cancellation);
                Console.Out.WriteLine($"{integration.Notifier.Name}: {TestMessage.Words(result)}");
                exitCode = result.Outcome == DeliveryOutcome.Delivered ? exitCode : ExitCode.FoundProblems;
            }

            return exitCode;
        });
        return command;
    }

    private static IReadOnlyList<Receiver> Chosen(ServiceConfiguration configuration, string? name)
    {
        if (configuration.Receivers.Count == 0)
        {
            throw new UsageException("there are no receivers: alerts go to the console");
        }

        return name is null ? configuration.Receivers
            : configuration.Receivers.FirstOrDefault(receiver => receiver.Name == name) is { } one ? [one]
            : throw new UsageException($"there is no receiver '{name}'{Yaml.Suggestion.For(name, configuration.Receivers.Select(receiver => receiver.Name))}");
    }

    private static async Task<Alert> FetchAsync(string config, string id, CancellationToken cancellation)
    {
        using var client = new ServiceClient(ServiceAddress.FromConfiguration(config));
        return AlertReader.Read(await client.GetAsync($"alerts/{Uri.EscapeDataString(id)}", cancellation)) ?? throw client.NotAuditWatch();
    }

    private static async Task<DeliveryResult> TellAsync(string receiver, Integration integration, Alert alert, Uri? url, TimeZoneInfo zone, CancellationToken cancellation)
    {
        try
        {
            return await TestMessage.SendAsync(
                receiver, integration, alert, url, zone, TimeProvider.System.GetUtcNow(), notification => DeliveryAttempt.MakeAsync(integration.Notifier, notification, TimeProvider.System, cancellation));
        }
        finally
        {
            await ((integration.Notifier as IAsyncDisposable)?.DisposeAsync() ?? ValueTask.CompletedTask);
            (integration.Notifier as IDisposable)?.Dispose();
        }
    }
}
