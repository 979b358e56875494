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
    public static void ShowExamples(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((SynchronousCommandLineAction)help.Action!);
    }

    private sealed class HelpWithExamples(SynchronousCommandLineAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var code = help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is DocumentedCommand command)
            {
                var output = parseResult.InvocationConfiguration.Output;
                output.WriteLine("Examples:");
                foreach (var line in command.Examples.Split('\n'))
                {
                    output.WriteLine(line.Length == 0 ? line : $"  {line}");
                }
            }

            return code;
        }
    }
}
