using System.CommandLine;
using System.Text.RegularExpressions;
using AuditWatch.Detection;
using AuditWatch.Notifications.Rendering;
using AuditWatch.RuleTesting;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch detections new</c>: a rule and its tests, which pass, to be changed.</summary>
internal static partial class DetectionsNewCommand
{
    private const string Examples = """
        auditwatch detections new my-rules/logs_read                               a rule to start from
        auditwatch detections new my-rules/exec_in_payments --like exec_into_pod   a copy that runs beside the original
        auditwatch detections new my-rules/seen --from-event audit.log:6b8f2d0e-1c3a-4f6e-9d55-0a4c7e1b2f33    for requests such as this
        """;

    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The name of the rule, with the folder it is written to before it; NAME.yml and NAME.tests.yml must not exist." };
        var like = new Option<string?>("--like") { Description = "Copy this rule, its tests and the lists it uses.", HelpName = "RULE" };
        var from = new Option<string?>("--from-event") { Description = "Select requests such as the one of this audit ID in this log; bodies are not copied.", HelpName = "FILE:AUDITID" };
        var detections = DetectionArguments.Option();
        var command = new DocumentedCommand("new", "Write a rule and its tests, to be changed.", Examples) { name, like, from, detections };
        command.Validators.Add(result =>
        {
            if (result.GetValue(like) is not null && result.GetValue(from) is not null)
            {
                result.AddError("A rule is begun from another (--like) or from an event (--from-event).");
            }
        });
        command.SetAction(arguments => Write(arguments.GetValue(name)!, arguments.GetValue(like), arguments.GetValue(from), arguments.GetValue(detections)));
        return command;
    }

    private static int Write(string target, string? like, string? from, string[]? folders)
    {
        var name = Path.GetFileName(target);
        if (!NamePattern().IsMatch(name))
        {
            throw new UsageException($"'{name}' is no name for a rule: write it in small letters, digits and underscores, such as exec_in_payments");
        }

        var (file, tests) = (target + ".yml", target + ".tests.yml");
        if (new[] { file, tests }.FirstOrDefault(File.Exists) is { } taken)
        {
            throw new UsageException($"{taken} is there already");
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(target))!;
        IReadOnlyList<string> needed = [];
        if (like is not null)
        {
            var set = DetectionFolders.Load(folders);
            var copy = new RuleCopy(DetectionFolders.Find(set, like), set, name);
            WriteFiles(copy.Text(), copy.Tests());
            foreach (var list in copy.Lists().Where(list => !File.Exists(Path.Combine(folder, "lists", Path.GetFileName(list)))))
            {
                Directory.CreateDirectory(Path.Combine(folder, "lists"));
                File.Copy(list, Path.Combine(folder, "lists", Path.GetFileName(list)));
            }

            needed = copy.RestsOn;
        }
        else
        {
            var draft = from is null ? RuleDraft.Example(name) : FromEvent(name, from);
            WriteFiles(draft.Text(), draft.Tests());
        }

        IReadOnlyList<string> paths = needed.Count == 0 ? [file] : [.. DetectionFolders.Resolve(folders), file];
        var diagnostics = new Diagnostics();
        var detections = DetectionLoader.Load(paths, diagnostics);
        var results = DetectionTestLoader.Load([file], detections, diagnostics).Select(new DetectionTestRunner(detections).Run).ToList();
        foreach (var problem in diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error).Select(one => one.ToString())
            .Concat(results.Where(result => !result.Passed).Select(result => $"{result.Case.Location}: {result.Case.Name}: {result.Failure}")))
        {
            Console.Error.WriteLine(TerminalText.Neutralise(problem));
        }

        Console.Out.WriteLine($"{file}\n{tests}");
        Console.Error.WriteLine(needed.Count == 0
            ? $"{results.Count(result => result.Passed)} of {Counted.Of(results.Count, "test")} pass; change both files, then: auditwatch detections test {target}.yml"
            : $"{results.Count(result => result.Passed)} of {Counted.Of(results.Count, "test")} pass; it rests on {string.Join(", ", needed)}: test it with 'auditwatch detections test builtin {target}.yml'");
        return diagnostics.HasErrors || results.Exists(result => !result.Passed) ? ExitCode.FoundProblems : ExitCode.Fine;

        void WriteFiles(string rule, string? itsTests)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(file, rule);
            File.WriteAllText(tests, itsTests ?? "tests: []\n");
        }
    }

    private static RuleDraft FromEvent(string name, string from)
    {
        var colon = from.LastIndexOf(':');
        var (log, id) = colon < 0 ? (from, "") : (from[..colon], from[(colon + 1)..]);
        return id.Length == 0 || !File.Exists(log) ? throw new UsageException($"'{from}' is not FILE:AUDITID with a file that is there")
            : RuleDraft.FromLog(name, log, id) ?? throw new UsageException($"there is no event with the auditID '{id}' in {log}");
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
