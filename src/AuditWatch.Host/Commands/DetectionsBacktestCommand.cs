using System.CommandLine;
using System.Reactive.Linq;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Host.Output;
using AuditWatch.Host.Scan;
using AuditWatch.RuleTesting;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch detections backtest</c>: what a new rule or filter would have raised and removed in logs of the past.</summary>
internal static class DetectionsBacktestCommand
{
    private const string Examples = """
        auditwatch detections backtest /var/log/kubernetes --rules my-rules      beside the detections that come with auditwatch
        auditwatch detections backtest audit*.log.gz --since 30d --rules my-filter.yml
        auditwatch detections backtest audit.log --rules exec_into_pod.yml       in place of the rule of the same name
        auditwatch detections backtest audit.log --rules my-rules --why-not      what all clauses of a condition matched but one
        """;

    public static Command Create()
    {
        var logs = new Argument<string[]>("LOG") { Description = "Audit logs, as 'scan' reads them: files, folders, or '-'.", Arity = ArgumentArity.OneOrMore }.RejectingOptions();
        var rules = new Option<string[]>("--rules")
        {
            Description = "The rules and filters to try: folders or files. A rule takes the place of one with the same name.",
            HelpName = "DIR",
            Required = true,
        };
        var detections = DetectionArguments.Option();
        var since = new Option<string?>("--since") { Description = "Tell of what happened from then on: a time such as 2030-01-31T18:00:00Z, or so long ago: 2h, 30d. Default: of all.", HelpName = "TIME" };
        var whyNot = new Option<bool>("--why-not") { Description = "Show near misses: the clauses of the tried rules that alone kept requests from matching, the values these have, and an example." };
        var format = OutputFormat.Option();
        var command = new DocumentedCommand("backtest", "Tell what new rules and filters would have raised and removed in logs of the past.", Examples) { logs, rules, detections, since, whyNot, format };
        command.SetAction(async (arguments, cancellation) =>
        {
            var from = AlertsListCommand.Time("--since", arguments.GetValue(since), TimeProvider.System.GetUtcNow()) is { } text && SilenceTime.TryParse(text, out var time) ? time : DateTimeOffset.MinValue;
            var files = new LogFiles(arguments.GetRequiredValue(logs), TimeProvider.System);
            var now = DetectionFolders.Load(arguments.GetValue(detections));
            var tried = DetectionFolders.Resolve(arguments.GetRequiredValue(rules));
            var then = DetectionLoader.LoadUsable(DetectionFolders.Resolve(arguments.GetValue(detections)), tried);
            return await BacktestAsync(files, now, then, [.. Changed(then, tried)], from, arguments.GetValue(whyNot), arguments.GetValue(format) == "json", cancellation);
        });
        return command;
    }

    private static async Task<int> BacktestAsync(
        LogFiles files, DetectionSet now, DetectionSet then, IReadOnlyList<DetectionRule> changed, DateTimeOffset since, bool whyNot, bool asJson, CancellationToken cancellation)
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddStandardError(LogLevel.Error));
        var backtest = new Backtest(now, then, whyNot ? changed : [], loggers, new ProcessorTime()) { Since = since };
        var tally = new ScanTally(TimeProvider.System);
        await ScanProgress.WhileAsync(files, tally, isShown: true, async () =>
        {
            await files.Read(backtest.LookAhead).TakeUntil(ScanCommand.Signal(cancellation)).Select(backtest.Process).ForEachAsync(Add, CancellationToken.None);
            Add(backtest.Complete());
        });

        var names = changed.Select(rule => rule.Name).ToHashSet(StringComparer.Ordinal);
        var told = then.Rules.Select(rule => rule.Name).Where(name => !names.Contains(name)).Concat(backtest.Then.Select(alert => alert.Detection.Name)).ToHashSet(StringComparer.Ordinal);
        var report = new BacktestReport(AlertDifference.Of(backtest.Now, backtest.Then, since, names), backtest.NearMisses, whyNot ? backtest.MissingSteps(told) : [], backtest);
        if (asJson)
        {
            BacktestJson.Write(report);
        }
        else
        {
            BacktestText.Write(Terminal.Out(), report, whyNot);
        }

        tally.Report(Console.Error);
        if (cancellation.IsCancellationRequested)
        {
            return ScanCommand.Interrupted;
        }

        var unknown = tally.Unknown(files, strict: false).ToList();
        unknown.ForEach(Console.Error.WriteLine);
        return unknown.Count > 0 ? ExitCode.FoundProblems : ExitCode.Fine;

        void Add(Processing.BatchOutcome outcome)
        {
            using var batch = outcome.Batch;
            tally.Add(outcome);
        }
    }

    // The rules that were written, and those that what was written narrows.
    private static IEnumerable<DetectionRule> Changed(DetectionSet then, IReadOnlyList<string> tried)
    {
        var files = tried.SelectMany(path => Directory.Exists(path) ? DetectionFiles.In(path, tests: false) : [path]).ToHashSet(StringComparer.Ordinal);
        return then.Rules.Where(rule => files.Contains(rule.Location.File) || rule.NarrowedBy.Any(filter => files.Contains(filter.File)));
    }
}
