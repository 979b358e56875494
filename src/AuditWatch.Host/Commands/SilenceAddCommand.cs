using System.CommandLine;
using System.Text.Json;
using AuditWatch.Alerts;
using AuditWatch.Host.Client;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch silence add</c>.</summary>
internal static class SilenceAddCommand
{
    private const string Examples = """
        auditwatch silence add detection=exec_into_pod namespace=staging --duration 2h --comment 'Jane debugs the staging database'
        auditwatch silence add 'actor=~"ci-.*"' 'level!=critical' --until 2030-01-31T18:00:00Z --comment 'The pipeline is being moved' --author jane
        auditwatch silence add cluster=old --start 2030-01-31T18:00:00Z --duration 1d --comment 'The old cluster is switched off'
        """;

    public static Command Create()
    {
        var matchers = new Argument<string[]>("MATCHER")
        {
            Description = $"Which alerts: LABEL=VALUE, !=VALUE, =~EXPRESSION or !~EXPRESSION, all of which have to hold. Labels are {string.Join(", ", AlertLabels.Names)}.",
            Arity = ArgumentArity.OneOrMore,
        }.RejectingOptions();
        var author = new Option<string>("--author") { Description = $"Who you are. {Person.Default}", HelpName = "NAME" };
        var comment = new Option<string>("--comment") { Description = "Why, for those who wonder later.", HelpName = "TEXT", Required = true };
        var duration = new Option<string>("--duration") { Description = "For how long, such as 30m, 2h or 7d.", HelpName = "TIME" };
        var until = new Option<string>("--until") { Description = "Until when, such as 2030-01-31T18:00:00Z.", HelpName = "TIME" };
        var start = new Option<string>("--start") { Description = "From when on. Default: now.", HelpName = "TIME" };
        var command = new DocumentedCommand("add", "Keep alerts quiet for a while: they are counted and listed, and nobody is told. Prints the silence's id, and on standard error which open alerts it matches.", Examples)
        {
            matchers, author, comment, duration, until, start,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(duration) is null == result.GetValue(until) is null)
            {
                result.AddError("Either '--duration' or '--until' says when the silence ends.");
            }
        });
        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var client = service.Connect(arguments);
            var who = Person.Named(arguments.GetValue(author), "--author", client);
            var silence = SilenceArguments.Read(
                arguments.GetRequiredValue(matchers), who ?? "the token's", arguments.GetRequiredValue(comment),
                arguments.GetValue(duration), arguments.GetValue(until), arguments.GetValue(start), TimeProvider.System.GetUtcNow());
            var added = await client.PostAsync("silences", SilenceArguments.Request(silence, who), cancellation);
            if (added.ValueKind != JsonValueKind.Object || !added.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.String)
            {
                throw client.NotAuditWatch();
            }

            Console.Out.WriteLine(TerminalText.Neutralise(id.GetString()!));
            foreach (var warning in added.TryGetProperty("warnings", out var warnings) && warnings.ValueKind == JsonValueKind.Array ? warnings.EnumerateArray() : default)
            {
                Console.Error.WriteLine($"warning: {TerminalText.Neutralise(warning.ToString())}");
            }

            Console.Error.WriteLine(await SilenceEffect.DescribeAsync(client, silence, cancellation));
            return ExitCode.Fine;
        });
        return command;
    }
}
