using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text;
using AuditWatch.Detection;
using AuditWatch.Host;
using AuditWatch.Host.Client;
using AuditWatch.Host.Commands;
using AuditWatch.Host.Output;

const string Examples = """
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
var timeToFinish = TimeSpan.FromSeconds(45);
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

var root = new RootCommand("Finds attacks in Kubernetes audit logs, and tells the people on call.")
{
    RunCommand.Create(),
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
var arguments = root.Parse(args);
try
{
    if (arguments.Action is ParseErrorAction wrong)
    {
        if (UnknownCommand.In(arguments) is { } unknown)
        {
            Console.Error.WriteLine(unknown);
            return ExitCode.UsageError;
        }

        wrong.ShowHelp = false;
        await arguments.InvokeAsync(new InvocationConfiguration { Output = Console.Error });
        Console.Error.WriteLine("'auditwatch --help' lists the commands, 'auditwatch COMMAND --help' explains one.");
        return ExitCode.UsageError;
    }

    ShownTime.Zone = arguments.GetValue(ShownTime.Option) ?? TimeZoneInfo.Utc;
    return await arguments.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = timeToFinish });
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
