using System.CommandLine;
using System.CommandLine.Invocation;
using AuditWatch.Detection;
using AuditWatch.Host.Client;
using AuditWatch.Host.Output;

namespace AuditWatch.Host.Commands;

/// <summary>The whole command line: what is asked for is done, and what is wrong with it is said in a sentence on the standard error.</summary>
internal static class CommandLine
{
    private const string Examples = """
        auditwatch scan audit.log                  find attacks in a log
        auditwatch run --file audit.log            watch a log that grows, alerts on the console
        auditwatch run --config auditwatch.yaml    watch with receivers such as Slack and email
        auditwatch detections list                 what is detected
        auditwatch config check auditwatch.yaml    everything that is wrong with a configuration
        auditwatch notify test --config FILE       whether receivers can be reached
        auditwatch alerts list                     what a running service has found
        auditwatch policy check --policy FILE      what an audit policy hides from it
        """;

    // After SIGINT or SIGTERM: longer than the web server, the pipeline and the notifications together give themselves.
    private static readonly TimeSpan TimeToFinish = TimeSpan.FromSeconds(45);

    /// <summary>Runs a command to its end.</summary>
    /// <param name="args">The arguments, without the name of the executable.</param>
    /// <param name="output">Where the service writes alerts that go to the console. Thread-safe.</param>
    /// <param name="cancellation">Ends the command as SIGTERM does.</param>
    /// <returns>The exit code: see <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, CancellationToken cancellation)
    {
        var arguments = Root(output).Parse(args);
        try
        {
            if (arguments.Action is ParseErrorAction wrong)
            {
                return await RefuseAsync(arguments, wrong, cancellation);
            }

            ShownTime.Zone = arguments.GetValue(ShownTime.Option) ?? TimeZoneInfo.Utc;
            return await arguments.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeToFinish }, cancellation);
        }
        catch (ServiceRefusedException problem)
        {
            Console.Error.WriteLine(problem.Message);
            return ExitCode.FoundProblems;
        }
        catch (Exception problem) when (problem is UsageException or DetectionException or IOException)
        {
            Console.Error.WriteLine(problem.Message);
            return ExitCode.UsageError;
        }
    }

    private static RootCommand Root(TextWriter output)
    {
        var root = new RootCommand("Finds attacks in Kubernetes audit logs, and tells the people on call.")
        {
            RunCommand.Create(output),
            ScanCommand.Create(),
            DetectionsCommand.Create(),
            ConfigCommand.Create(),
            AlertsCommand.Create(),
            IncidentsCommand.Create(),
            SilenceCommand.Create(),
            ReportCommand.Create(),
            NotifyCommand.Create(),
            DeadLettersCommand.Create(),
            SourcesCommand.Create(),
            TokenCommand.Create(),
            StateCommand.Create(),
            PolicyCommand.Create(),
        };
        DocumentedCommand.ShowExamples(root, Examples);
        root.Options.Add(ShownTime.Option);
        return root;
    }

    private static async Task<int> RefuseAsync(ParseResult arguments, ParseErrorAction wrong, CancellationToken cancellation)
    {
        if (UnknownCommand.In(arguments) is { } unknown)
        {
            Console.Error.WriteLine(unknown);
            return ExitCode.UsageError;
        }

        wrong.ShowHelp = false;
        await arguments.InvokeAsync(new InvocationConfiguration { Output = Console.Error }, cancellation);
        Console.Error.WriteLine("'auditwatch --help' lists the commands, 'auditwatch COMMAND --help' explains one.");
        return ExitCode.UsageError;
    }
}
