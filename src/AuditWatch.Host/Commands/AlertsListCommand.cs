using System.CommandLine;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Host.Client;
using AuditWatch.Host.Output;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch alerts list</c>: the alerts that a service keeps, open and closed.</summary>
internal static class AlertsListCommand
{
    private const string Examples = """
        auditwatch alerts list                                              what is open, or acknowledged
        auditwatch alerts list --status open --level high                   what nobody deals with yet, from high upwards
        auditwatch alerts list --since 7d --actor jane@example.com          what jane was seen at in the last week, closed or not
        auditwatch alerts list --since 2026-11-21T00:00:00Z --until 2026-11-22T00:00:00Z --namespace payments --sort time
        auditwatch alerts list --status closed --text '/etc/shadow'         by words of the summary
        auditwatch alerts list --since 90d --format json | jq -r .id        for other programs
        sudo auditwatch alerts list --url unix:/var/lib/auditwatch          through the service's state directory
        """;

    public static Command Create()
    {
        var status = new Option<string>("--status")
        {
            Description = "Of which status, with commas between: open, acknowledged, closed. Default: open,acknowledged; of any with --since or --until.",
            HelpName = "STATUS",
        };
        var level = new Option<string>("--level")
        {
            Description = "Of this level or above: informational, low, medium, high, critical.",
            HelpName = "LEVEL",
        };
        level.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Enum.GetNames<Level>());
        var since = new Option<string>("--since") { Description = "Not over by then: a time such as 2030-01-31T18:00:00Z, or so long ago: 2h, 7d.", HelpName = "TIME" };
        var until = new Option<string>("--until") { Description = "Opened before then.", HelpName = "TIME" };
        var actor = new Option<string>("--actor") { Description = "Of this actor.", HelpName = "NAME" };
        var cluster = new Option<string>("--cluster") { Description = "In this cluster.", HelpName = "NAME" };
        var space = new Option<string>("--namespace") { Description = "In this namespace.", HelpName = "NAME" };
        var thing = new Option<string>("--object") { Description = "With a request for this object, as alerts write it: payments/pods/shell, nodes/n1.", HelpName = "OBJECT" };
        var detection = new Option<string>("--detection") { Description = "Raised by this detection.", HelpName = "NAME" };
        var tactic = new Option<string>("--tactic") { Description = "Raised by a detection of this tactic of MITRE ATT&CK, such as credential-access.", HelpName = "NAME" };
        tactic.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, [.. AttackTactics.All]);
        var text = new Option<string>("--text")
        {
            Description = "Words that the summary has, all of them. One that ends in * is the beginning of a word, of at least three letters.",
            HelpName = "WORDS",
        };
        var sort = new Option<string>("--sort") { Description = "level: the most severe first; time: the one opened last first. Default: level.", HelpName = "ORDER", DefaultValueFactory = _ => "level" };
        sort.AcceptOnlyFromAmong("level", "time");
        var limit = new Option<int?>("--limit") { Description = "How many at most. Default: all.", HelpName = "N" };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1)
            {
                result.AddError("Option '--limit' is at least 1.");
            }
        });
        var format = OutputFormat.Option();
        var command = new DocumentedCommand("list", "List alerts, open and closed, by what is known of them.", Examples)
        {
            status, level, since, until, actor, cluster, space, thing, detection, tactic, text, sort, limit, format,
        };
        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var query = string.Join('&', new[]
            {
                Parameter("status", arguments.GetValue(status)), Parameter("level", arguments.GetValue(level)), Parameter("actor", arguments.GetValue(actor)),
                Parameter("cluster", arguments.GetValue(cluster)), Parameter("namespace", arguments.GetValue(space)), Parameter("object", arguments.GetValue(thing)), Parameter("detection", arguments.GetValue(detection)),
                Parameter("tactic", arguments.GetValue(tactic)), Parameter("text", arguments.GetValue(text)), Parameter("since", Time("--since", arguments.GetValue(since), now)), Parameter("until", Time("--until", arguments.GetValue(until), now)),
                Parameter("sort", arguments.GetRequiredValue(sort)),
            }.OfType<string>());
            using var client = service.Connect(arguments);
            var alerts = AlertPages.ReadAsync(client, query, arguments.GetValue(limit) ?? int.MaxValue, cancellation);
            await PrintAsync(alerts, arguments.GetValue(format) == "json");
            return ExitCode.Fine;
        });
        return command;
    }

    private static string? Parameter(string name, string? value) => value is null ? null : $"{name}={Uri.EscapeDataString(value)}";

    /// <summary>A time that an option says, or so long ago, as the API takes it; null if it says none.</summary>
    /// <exception cref="UsageException">It is neither.</exception>
    internal static string? Time(string option, string? text, DateTimeOffset now) =>
        text is null ? null
        : DurationText.TryParse(text, out var ago) && ago < now - DateTimeOffset.UnixEpoch ? SilenceTime.Write(now - ago)
        : SilenceTime.TryParse(text, out var time) ? SilenceTime.Write(time)
        : throw new UsageException($"{option}: '{TerminalText.Neutralise(text)}' is not a time such as 2030-01-31T18:00:00Z, nor a length of time such as 2h or 7d");

    private static async Task PrintAsync(IAsyncEnumerable<ListedAlert> alerts, bool asJson)
    {
        if (asJson)
        {
            // As they come: there may be very many.
            JsonLines.Write(alerts.Select(alert => alert.Json).ToBlockingEnumerable());
            return;
        }

        var all = await alerts.Select(alert => (alert.Alert, AlertReader.ReadTelling(alert.Json))).ToListAsync();
        if (all.Count > 0)
        {
            AlertListTable.Write(Terminal.Out(), all);
        }
        else
        {
            Console.Error.WriteLine("no alerts");
        }
    }
}
