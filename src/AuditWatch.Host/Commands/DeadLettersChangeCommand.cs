using System.CommandLine;
using System.Text.Json;
using AuditWatch.Host.Client;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch dead-letters resend</c> and <c>dead-letters drop</c>.</summary>
internal static class DeadLettersChangeCommand
{
    private const string ResendExamples = """
        auditwatch dead-letters resend --all        after the receiver has been repaired
        auditwatch dead-letters resend 2a           one of them, without the zeros before it
        """;

    private const string DropExamples = """
        auditwatch dead-letters drop --all        nobody needs to hear of them any more
        auditwatch dead-letters drop 2a           one of them, without the zeros before it
        """;

    public static Command Resend() => Create(
        "resend", "Have notifications that were given up delivered after all.", ResendExamples, "sent",
        (client, key, cancellation) => client.PostAsync($"dead-letters/{key}/resend", new { }, cancellation),
        (client, cancellation) => client.PostAsync("dead-letters/resend", new { }, cancellation));

    public static Command Drop() => Create(
        "drop", "Throw away notifications that were given up. Their alerts stay.", DropExamples, "dropped",
        (client, key, cancellation) => client.DeleteAsync($"dead-letters/{key}", cancellation),
        (client, cancellation) => client.DeleteAsync("dead-letters", cancellation));

    private static DocumentedCommand Create(
        string name, string description, string examples, string done,
        Func<ServiceClient, string, CancellationToken, Task<JsonElement>> one, Func<ServiceClient, CancellationToken, Task<JsonElement>> every)
    {
        var keys = EachId.Argument("KEY", "The dead letters, as 'dead-letters list' names them; leading zeros can be left out.", ArgumentArity.ZeroOrMore);
        var all = new Option<bool>("--all") { Description = "All of them, instead of keys." };
        var command = new DocumentedCommand(name, description, examples) { keys, all };
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) == (result.GetValue(keys) is { Length: > 0 }))
            {
                result.AddError("Name the keys, or say '--all'.");
            }
        });
        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var client = service.Connect(arguments);
            if (!arguments.GetValue(all))
            {
                return await EachId.RunAsync(arguments.GetValue(keys)!, done, key => one(client, key, cancellation));
            }

            var answer = await every(client, cancellation);
            var count = answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("count", out var number) && number.TryGetInt32(out var value) ? value : throw client.NotAuditWatch();
            Console.Error.WriteLine($"{done} {count}");
            return ExitCode.Fine;
        });
        return command;
    }
}
