using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Composites;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.Processing;
using AuditWatch.Tests.Detection.Sigma;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Tests.Composites;

/// <summary>Composites in a few lines over the rules a, b, c and d, and findings of those rules.</summary>
internal static class CompositeSets
{
    public static readonly DateTimeOffset Start = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Later than any finding of the tests.</summary>
    public static readonly DateTimeOffset Received = Start.AddYears(1);

    private static readonly string[] Rules = ["a", "b", "c", "d"];

    /// <summary>A document with the composite section; what follows it, if anything, is written at the margin.</summary>
    public static string Document(string section, string rest = "") => $"title: story\nname: story\ncomposite:\n  {section.ReplaceLineEndings("\n  ")}\n{rest}\n";

    /// <summary>The rules and the documents, which have nothing wrong with them.</summary>
    public static DetectionSet Load(params string[] documents)
    {
        var (detections, said) = TryLoad(documents);
        Assert.Empty(said);
        return detections;
    }

    /// <summary>The same, and what there is to say about it. The first document begins at line 1.</summary>
    public static (DetectionSet Detections, Diagnostics Said) TryLoad(params string[] documents)
    {
        var folder = new TemporaryFolder();
        try
        {
            var said = new Diagnostics();
            File.WriteAllText(Path.Combine(folder.FullName, "composites.yml"), string.Join("---\n", documents));
            File.WriteAllText(Path.Combine(folder.FullName, "rules.yml"), string.Join("---\n", Rules.Select(name => $$"""
                title: {{name}}
                name: {{name}}
                id: 00000000-0000-4000-8000-00000000000{{name}}
                logsource: {product: kubernetes, service: audit}
                detection: {selection: {verb: {{name}}}, condition: selection}

                """)));
            return (DetectionLoader.Load([folder.FullName], said), said);
        }
        finally
        {
            folder.Dispose();
        }
    }

    /// <summary>A finding of a rule, so many seconds after the start, by <paramref name="user"/>. Fields have the values named, several after commas.</summary>
    public static Finding Finding(this DetectionSet detections, string rule, double seconds, string user = "mallory", string cluster = "", params (string Field, string Value)[] fields)
    {
        var detection = detections.Find(rule)!;
        var time = Start.AddSeconds(seconds);
        var values = fields.Append(("actor", user)).ToDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal);
        return new Finding
        {
            Id = (UInt128)(seconds * 1000) + ((UInt128)(rule[0] - 'a' + 1) << 64) + ((UInt128)(uint)string.Join('|', fields).GetHashCode(StringComparison.Ordinal) << 80),
            Detection = detection,
            Request = new RequestSnapshot { AuditId = seconds.ToString(CultureInfo.InvariantCulture), Time = time, User = user },
            Time = time,
            Actor = user,
            Cluster = cluster,
            Summary = rule,
            Dedup = [],
            Carried = [.. detections.CarriedFields()[rule].Select(field => KeyValuePair.Create(field, values.GetValueOrDefault(field, "")))],
            Values = [.. detections.JoinedFields()[rule].Select(field => KeyValuePair.Create<string, IReadOnlyList<string>>(field, values.TryGetValue(field, out var value) ? value.Split(',') : []))],
            Why = [],
        };
    }

    /// <summary>A stage that can decide.</summary>
    public static CompositeStage Stage(this DetectionSet detections, TimeSpan? lateness = null)
    {
        var stage = new CompositeStage(detections, lateness);
        stage.Ready.GetAwaiter().GetResult();
        return stage;
    }

    /// <summary>What a stage makes of findings, as a batch without events.</summary>
    public static IReadOnlyList<Finding> Join(this CompositeStage stage, params IEnumerable<Finding> findings)
    {
        using var batch = new EventBatch(new EventOrigin("test"), Received);
        return stage.Join(batch, [.. findings], []);
    }

    /// <summary>The summaries of the stories in findings that arrive in this order, one batch each.</summary>
    public static List<string> Stories(this DetectionSet detections, params IEnumerable<Finding> findings)
    {
        var stage = detections.Stage();
        return [.. findings.SelectMany(finding => stage.Join(finding)).Concat(stage.Complete()).Select(finding => finding.Summary)];
    }

    /// <summary>An event so many seconds after the start, as JSON; its audit id is <c>verb-second</c>.</summary>
    public static string Event(int second, string verb, string name = "x", int code = 200) => $$$"""
        {"auditID":"{{{verb}}}-{{{second}}}","stage":"ResponseComplete","verb":"{{{verb}}}","user":{"username":"mallory"},"objectRef":{"name":"{{{name}}}"},"responseStatus":{"code":{{{code}}}},"requestReceivedTimestamp":"{{{Start.AddSeconds(second):yyyy-MM-ddTHH:mm:ss.ffffff}}}Z"}
        """;

    /// <summary>What events come to, as a log of so many in a batch: the alerts as they stand at its end, by the names of their detections.</summary>
    public static List<Alert> Alerts(this DetectionSet detections, IEnumerable<string> events, int batchSize = 1)
    {
        var processor = BatchProcessor.ForLog(DetectionStages.For(detections, NullLoggerFactory.Instance), NullLogger<BatchProcessor>.Instance);
        var outcomes = events.Chunk(batchSize).Select(batch => processor.Process(Rule.Events(string.Join('\n', batch), Received))).ToList();
        outcomes.Add(processor.Complete());
        Assert.All(outcomes, outcome => Assert.Null(outcome.Failure));
        return [.. outcomes.SelectMany(outcome => outcome.Changes).GroupBy(change => change.Alert.Id, change => change.Alert, StringComparer.Ordinal).Select(alert => alert.Last()).OrderBy(alert => alert.Detection.Name, StringComparer.Ordinal)];
    }
}
