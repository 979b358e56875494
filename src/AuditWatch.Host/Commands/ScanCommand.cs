using System.CommandLine;
using System.Reactive.Linq;
using AuditWatch.Composites;
using AuditWatch.Correlation;
using AuditWatch.Detection;
using AuditWatch.Host.Output;
using AuditWatch.Host.Scan;
using AuditWatch.Processing;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch scan</c>: finds attacks in logs of the past, at full speed.</summary>
internal static class ScanCommand
{
    /// <summary>The exit code of a scan that was stopped: what a shell makes of SIGINT.</summary>
    public const int Interrupted = 130;

    private const string Examples = """
        auditwatch scan /var/log/kubernetes/audit.log                     a table of what happened
        auditwatch scan /var/log/kubernetes                               audit*.log and what it was rotated to, .gz and .zst too
        auditwatch scan audit-*.log.gz --format json | jq .               for other programs
        auditwatch scan audit.log --findings                              every request, not every alert
        auditwatch scan audit.log --why                                   what matched, and which stories lack a step
        auditwatch scan audit.log --detections my-rules --fail-on high    for CI: exit code 1 from high upwards
        """;

    public static Command Create()
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Audit logs to read: one event a line, EventLists, or what clouds and shippers make of them (docs/sources.md); .gz and .zst too. A folder stands for the audit*.log in it, '-' for standard input.",
            Arity = ArgumentArity.OneOrMore,
        }.RejectingOptions();
        var detections = DetectionArguments.Option();
        var format = OutputFormat.Option();
        var findings = new Option<bool>("--findings")
        {
            Description = "Print every request that a detection matched, instead of the alerts they add up to.",
        };
        var why = new Option<bool>("--why")
        {
            Description = "Show the clauses that matched, of a composite each step with the request that made it; and of stories that began and were not told, what is missing. JSON has the clauses always.",
        };
        var failOn = new Option<string>("--fail-on")
        {
            Description = "Exit with 1 if there is an alert of this level or above: informational, low, medium, high, critical; or if anything in the input could not be read.",
            HelpName = "LEVEL",
        };
        failOn.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Enum.GetNames<Level>());

        var command = new DocumentedCommand("scan", "Find attacks in audit logs.", Examples) { files, detections, format, findings, why, failOn };
        command.SetAction((arguments, cancellation) => ScanAsync(
            new LogFiles(arguments.GetRequiredValue(files), TimeProvider.System),
            DetectionFolders.Load(arguments.GetValue(detections)),
            ScanOutput.Create(asJson: arguments.GetValue(format) == "json", arguments.GetValue(findings), arguments.GetValue(why)),
            arguments.GetValue(failOn) is { } level ? Enum.Parse<Level>(level, ignoreCase: true) : null,
            cancellation));
        return command;
    }

    private static async Task<int> ScanAsync(LogFiles files, DetectionSet detections, ScanOutput output, Level? failOn, CancellationToken cancellation)
    {
        // Rejections are in the tally; a batch that fails, and what correlations could not count, are to be seen.
        using var loggers = LoggerFactory.Create(logging => logging.AddStandardError(LogLevel.Error).AddFilter(typeof(Correlator).Namespace, LogLevel.Warning).AddFilter(typeof(CompositeStage).Namespace, LogLevel.Warning));
        var failures = new EventFailures(loggers.CreateLogger<EventFailures>());
        var stages = DetectionStages.For(detections, loggers, failures: failures);
        var processor = BatchProcessor.ForLog(stages, loggers.CreateLogger<BatchProcessor>(), failures);
        var tally = new ScanTally(TimeProvider.System);

        await ScanProgress.WhileAsync(files, tally, isShown: !output.SharesTheTerminal, async () =>
        {
            await files.Read(stages.Engine.LookAhead).TakeUntil(Signal(cancellation)).Select(processor.Process).ForEachAsync(Report, CancellationToken.None);
            Report(processor.Complete());
        });

        output.Complete(tally.Alerts, stages.Composites.Missing(except: tally.Alerts.Select(alert => alert.Detection.Name).ToHashSet(StringComparer.Ordinal)));
        tally.Report(Console.Error);
        if (cancellation.IsCancellationRequested)
        {
            return Interrupted;
        }

        var unknown = tally.Unknown(files, strict: failOn is not null).ToList();
        unknown.ForEach(Console.Error.WriteLine);
        return unknown.Count > 0 ? ExitCode.FoundProblems
            : tally.Alerts.Any(alert => alert.Level >= failOn) ? ExitCode.FoundProblems
            : ExitCode.Fine;

        void Report(BatchOutcome outcome)
        {
            using var batch = outcome.Batch;
            tally.Add(outcome);
            output.Write(outcome);
        }
    }

    /// <summary>Ends the reading of a log on SIGINT: the batch at hand is finished, and nothing waits for input that may never come.</summary>
    public static IObservable<bool> Signal(CancellationToken cancellation) =>
        Observable.Create<bool>(observer => cancellation.Register(() => observer.OnNext(true)));
}
