using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace AuditWatch.Host.Commands;

/// <summary>A command whose <c>--help</c> ends with examples.</summary>
internal sealed class DocumentedCommand(string name, string description, string examples) : Command(name, description)
{
    /// <summary>Whole command lines, each with a word on what it is for.</summary>
    public string Examples => examples;

    /// <summary>Makes the help of <paramref name="root"/> and of every command below it show their examples.</summary>
    /// <param name="root">The root.</param>
    /// <param name="examples">The root's own examples.</param>
    public static void ShowExamples(RootCommand root, string examples)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((SynchronousCommandLineAction)help.Action!, examples);
    }

    private sealed class HelpWithExamples(SynchronousCommandLineAction help, string examplesOfRoot) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var code = help.Invoke(parseResult);
            var examples = parseResult.CommandResult.Command switch
            {
                DocumentedCommand command => command.Examples,
                RootCommand => examplesOfRoot,
                _ => null,
            };
            if (examples is not null)
            {
                parseResult.InvocationConfiguration.Output.WriteLine($"Examples:\n  {examples.ReplaceLineEndings("\n  ")}\n");
            }

            return code;
        }
    }
}
