using System.CommandLine;
using System.Text.Json;
using AuditWatch.Access;
using AuditWatch.Alerts;
using AuditWatch.Host.Client;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch token create</c>.</summary>
internal static class TokenCreateCommand
{
    private const string Examples = """
        (umask 077; sudo auditwatch token create --name jane --role responder --config /etc/auditwatch/auditwatch.yaml > jane.token)
        auditwatch alerts list --url https://auditwatch.example.com:9881 --token-file jane.token       what jane does with it then
        auditwatch token create --name payments --role responder --cluster payments-eu --cluster payments-us --url unix:/var/lib/auditwatch
        auditwatch token create --name grafana --role viewer --expires 365d --url unix:/var/lib/auditwatch
        """;

    public static Command Create()
    {
        var name = new Option<string>("--name") { Description = "Whose it is to be: what is done with it is done in this name.", HelpName = "NAME", Required = true };
        var role = new Option<string>("--role")
        {
            Description = "viewer: see everything; responder: deal with alerts, incidents, silences, dead letters and sources, too; admin: say who else may, too.",
            HelpName = string.Join('|', RoleWords.All),
            Required = true,
        };
        role.AcceptOnlyFromAmong([.. RoleWords.All]);
        var clusters = new Option<string[]>("--cluster") { Description = "A cluster that it is good in; of the others its bearer sees nothing. Can be repeated. Default: all.", HelpName = "NAME" };
        var expires = new Option<string>("--expires") { Description = "For how long it is good, such as 12h, 30d or 365d. Default: 90d.", HelpName = "TIME", DefaultValueFactory = _ => "90d" };
        var by = new Option<string>("--by") { Description = $"Who you are, for those who look at the list later. {Person.Default}", HelpName = "NAME" };
        var command = new DocumentedCommand("create", "Make a token for the API and print it, this once: the service keeps no more than a hash of it.", Examples) { name, role, clusters, expires, by };
        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            var end = End(arguments.GetRequiredValue(expires), TimeProvider.System.GetUtcNow());
            using var client = service.Connect(arguments);
            var limits = arguments.GetValue(clusters) is { Length: > 0 } some ? some : null;
            var wanted = new { name = arguments.GetRequiredValue(name), role = arguments.GetRequiredValue(role), clusters = limits, expiresAt = SilenceTime.Write(end), by = Person.Named(arguments.GetValue(by), "--by", client) };
            var answer = await client.PostAsync("tokens", wanted, cancellation);
            if (ListedToken.ReadOne(answer) is not { } made || !answer.TryGetProperty("token", out var token) || token.ValueKind != JsonValueKind.String)
            {
                throw client.NotAuditWatch();
            }

            Console.Error.WriteLine(TerminalText.Neutralise($"{made.Id}: the token of {made.Name}, {made.Right} until {SilenceTime.Write(made.ExpiresAt)}. Nobody can see it again:"));
            Console.Out.WriteLine(TerminalText.Neutralise(token.GetString()!));
            return ExitCode.Fine;
        });
        return command;
    }

    private static DateTimeOffset End(string text, DateTimeOffset now) =>
        DurationText.TryParse(text, out var time) && time > TimeSpan.Zero && time <= ApiToken.MaxLife ? new DateTimeOffset((now + time).UtcTicks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero)
        : throw new UsageException($"--expires: '{TerminalText.Neutralise(text)}' is not a length of time such as 12h or 30d, at most {ApiToken.MaxLife.TotalDays:0}d");
}
