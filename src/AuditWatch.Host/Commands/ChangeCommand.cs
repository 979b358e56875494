using System.CommandLine;
using System.Text.Json;
using AuditWatch.Host.Client;

namespace AuditWatch.Host.Commands;

/// <summary>What commands that change alerts and those that change incidents have in common: they do the same to each of several, as somebody.</summary>
/// <param name="Noun">What one of them is called: <c>alert</c> or <c>incident</c>.</param>
/// <param name="IdsAre">Where ids come from, for a person.</param>
/// <param name="ReadId">The id in what the service answers; null if that is no answer of it.</param>
internal sealed record ChangeCommand(string Noun, string IdsAre, Func<JsonElement, string?> ReadId)
{
    /// <summary>The option that says who does it.</summary>
    public Option<string> By() => new("--by") { Description = $"Who you are, for those who look at the {Noun} later. {Person.Default}", HelpName = "NAME" };

    /// <summary>Makes a command.</summary>
    /// <param name="name">Its name, which is the action's in the API.</param>
    /// <param name="description">What it does.</param>
    /// <param name="examples">Examples of it.</param>
    /// <param name="done">What has been done, in a word.</param>
    /// <param name="options">Further options.</param>
    /// <param name="body">The body for the service, of who does it and of what has been parsed. Default: only who does it.</param>
    public DocumentedCommand Create(string name, string description, string examples, string done, Option[]? options = null, Func<string?, ParseResult, object>? body = null)
    {
        var ids = EachId.Argument("ID", $"{IdsAre}; the beginning of an id will do where only one has it.", ArgumentArity.OneOrMore);
        var by = By();
        var command = new DocumentedCommand(name, description, examples) { ids, by };
        foreach (var option in options ?? [])
        {
            command.Add(option);
        }

        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var client = service.Connect(arguments);
            var who = Person.Named(arguments.GetValue(by), "--by", client);
            return await EachId.RunAsync(arguments.GetRequiredValue(ids), async id =>
            {
                var answer = await client.PostAsync($"{Noun}s/{id}/{name}", body?.Invoke(who, arguments) ?? new { by = who }, cancellation);
                Console.Error.WriteLine($"{done} {ReadId(answer) ?? throw client.NotAuditWatch()}");
            });
        });
        return command;
    }
}
