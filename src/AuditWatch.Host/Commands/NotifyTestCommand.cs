using System.CommandLine;
using AuditWatch.Alerts;
using AuditWatch.Configuration;
using AuditWatch.Detection;
using AuditWatch.Host.Client;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Delivery;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch notify test</c>: whether receivers can be reached, before the first night.</summary>
internal static class NotifyTestCommand
{
    private const string Examples = """
        auditwatch notify test --config auditwatch.yaml                              a message to every receiver, each way of it
        auditwatch notify test on-call --config auditwatch.yaml                      to one
        auditwatch notify test on-call --alert 67f1 --config auditwatch.yaml         as it looks: an alert of the service that runs with that configuration
        """;

    private static readonly DetectionRule Rule = new()
    {
        Name = "auditwatch_test",
        Title = "A test of AuditWatch",
        Summary = "",
        Level = Level.Informational,
        DedupBy = [],
        DedupWindow = TimeSpan.FromHours(1),
        Runbook = "Nothing has happened, and there is nothing to do.",
        Location = default,
    };

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
            var told = arguments.GetValue(alert) is { } id ? await FetchAsync(file, id, cancellation) : Sample(TimeProvider.System.GetUtcNow());
            var url = arguments.GetValue(alert) is null ? null : configuration.ExternalUrl;
            var exitCode = ExitCode.Fine;
            foreach (var (name, integration) in receivers.SelectMany(one => one.Integrations, (one, way) => (one.Name, way)))
            {
                var result = await TellAsync(name, integration, told, url, configuration.TimeZone, cancellation);
                Console.Out.WriteLine($"{integration.Notifier.Name}: {Words(result)}");
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

    private static Alert Sample(DateTimeOffset now) => new()
    {
        Id = Fingerprint.Hash(["test", now.UtcTicks.ToString("x16", null)]),
        Fingerprint = Fingerprint.Hash(["test"]),
        Detection = AlertDetection.Of(Rule),
        Level = Rule.Level,
        OpenedAt = now,
        ChangedAt = now,
        Summary = $"Somebody ran 'auditwatch notify test' on {Environment.MachineName}: nothing has happened",
        Actor = "",
        Cluster = "",
        Count = 1,
        FirstSeen = now,
        LastSeen = now,
        Dedup = [],
        Why = [],
        Requests = [],
    };

    // One attempt, as the service makes them. A page would go on until somebody has resolved it.
    private static async Task<DeliveryResult> TellAsync(string receiver, Integration integration, Alert alert, Uri? url, TimeZoneInfo zone, CancellationToken cancellation)
    {
        var now = TimeProvider.System.GetUtcNow();
        var conversation = Fingerprint.Hash(["test", integration.Notifier.Name, now.UtcTicks.ToString("x16", null)]);
        var opened = new Notification
        {
            Id = conversation,
            Kind = NotificationKind.Opened,
            GroupKey = conversation,
            Receiver = receiver,
            DueAt = now,
            Alerts = [alert],
            ExternalUrl = url,
            TimeZone = zone.Id,
        };
        try
        {
            var result = await AttemptAsync(integration.Notifier, opened, cancellation);
            return result.Outcome != DeliveryOutcome.Delivered || !integration.SendResolved || alert.Detection.Name != Rule.Name ? result
                : await AttemptAsync(integration.Notifier, opened with
                {
                    Id = Fingerprint.Hash([conversation, "closed"]),
                    Kind = NotificationKind.Closed,
                    Receipt = result.Receipt,
                    Alerts = [alert with { Status = AlertStatus.Closed, CloseReason = "it was a test" }],
                }, cancellation);
        }
        finally
        {
            await ((integration.Notifier as IAsyncDisposable)?.DisposeAsync() ?? ValueTask.CompletedTask);
            (integration.Notifier as IDisposable)?.Dispose();
        }
    }

    private static async Task<DeliveryResult> AttemptAsync(INotifier notifier, Notification notification, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(NotifierWorker.AttemptLimit);
        try
        {
            return await notifier.NotifyAsync(notification, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return DeliveryResult.Retry($"no answer within {NotifierWorker.AttemptLimit.TotalSeconds:0} s");
        }
    }

    private static string Words(DeliveryResult result) => result.Outcome switch
    {
        DeliveryOutcome.Delivered => "delivered",
        DeliveryOutcome.Retry => $"not taken for now: {DisplayText.Of(result.Reason, 1_000)}",
        _ => $"refused: {DisplayText.Of(result.Reason, 1_000)}",
    };
}
