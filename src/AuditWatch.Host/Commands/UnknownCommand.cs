using System.CommandLine;

namespace AuditWatch.Host.Commands;

/// <summary>A mistyped command.</summary>
internal static class UnknownCommand
{
    /// <summary>What to say of it, with the one that was meant; null if the command is not what is wrong.</summary>
    public static string? In(ParseResult arguments)
    {
        var command = arguments.CommandResult.Command;
        if (command.Subcommands.Count == 0 || arguments.UnmatchedTokens is not [var word, ..] || word.StartsWith('-'))
        {
            return null;
        }

        var path = string.Join(' ', arguments.CommandResult.Command.Parents.OfType<Command>().Where(parent => parent is not RootCommand).Select(parent => parent.Name).Prepend("auditwatch").Append(command is RootCommand ? "" : command.Name)).Trim();
        var known = command.Subcommands.SelectMany(one => one.Aliases.Append(one.Name));
        return $"there is no command '{path} {TerminalText.Neutralise(word)}'{Yaml.Suggestion.For(word, known)}\n'{path} --help' lists the commands.";
    }
}
