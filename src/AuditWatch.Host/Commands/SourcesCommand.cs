using System.CommandLine;
using System.Globalization;
using AuditWatch.Host.Client;
using AuditWatch.Host.Output;
using Spectre.Console;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch sources</c>: where a running service has its events from.</summary>
internal static class SourcesCommand
{
    private const string ListExamples = """
        auditwatch sources list                                                                      what speaks, since when, and what has fallen silent
        auditwatch sources list --format json | jq -r 'select(.state == "unexpected") | .id'         clusters that watch.clusters does not name
        """;

    private const string ForgetExamples = """
        auditwatch sources forget 1f3c9a60b2d47e58     its cluster is gone: that it is silent is no alert any more
        auditwatch sources forget 1f3c --by jane       the beginning of an id will do, if no other source has it
        """;

    public static Command Create() => new("sources", "See where a running service has its events from, and have it forget what is gone.") { List(), Forget() };

    private static DocumentedCommand List()
    {
        var format = OutputFormat.Option();
        var command = new DocumentedCommand("list", "List sources, each cluster of one by itself: those that have spoken and those that are expected to.", ListExamples) { format };
        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var client = service.Connect(arguments);
            var sources = ListedSource.Read(await client.GetAsync("sources", cancellation)) ?? throw client.NotAuditWatch();
            if (arguments.GetValue(format) == "json")
            {
                JsonLines.Write(sources.Select(source => source.Json));
            }
            else if (sources.Count > 0)
            {
                Print(sources);
            }
            else
            {
                Console.Error.WriteLine("nothing has spoken yet");
            }

            return ExitCode.Fine;
        });
        return command;
    }

    private static DocumentedCommand Forget()
    {
        var ids = EachId.Argument("ID", "The sources, as 'sources list' names them; the beginning of an id will do where only one has it.", ArgumentArity.OneOrMore);
        var by = new Option<string>("--by") { Description = $"Who you are, for those who look at the alert later. {Person.Default}", HelpName = "NAME" };
        var command = new DocumentedCommand(
            "forget", "Watch sources no longer: their cluster is gone, or never was. Alerts about their silence are closed. What speaks again is watched again; what the configuration names cannot be forgotten.", ForgetExamples) { ids, by };
        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var client = service.Connect(arguments);
            var who = Person.Named(arguments.GetValue(by), "--by", client);
            return await EachId.RunAsync(arguments.GetRequiredValue(ids), "forgotten", id => client.PostAsync($"sources/{id}/forget", new { by = who }, cancellation));
        });
        return command;
    }

    private static void Print(IEnumerable<ListedSource> sources)
    {
        var table = new PlainTable("ID", "KIND", "SOURCE", "CLUSTER", "STATE", "FIRST SEEN", "LAST SEEN", "LAG", "REJECTED");
        foreach (var source in sources)
        {
            table.AddRow(
                PlainTable.Cell(source.Id),
                PlainTable.Cell(source.Kind),
                PlainTable.Cell(source.Source),
                PlainTable.Cell(source.Cluster),
                PlainTable.Cell(source.State),
                PlainTable.Time(source.FirstEventsAt ?? DateTimeOffset.MinValue),
                PlainTable.Time(source.LastEventsAt ?? DateTimeOffset.MinValue),
                PlainTable.Cell(source.LagSeconds is { } lag ? string.Create(CultureInfo.InvariantCulture, $"{lag:0.#}s") : ""),
                PlainTable.Cell(source.Rejected.ToString(CultureInfo.InvariantCulture)));
        }

        Terminal.Out().Write(table);
    }
}
