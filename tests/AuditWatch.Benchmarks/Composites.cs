using System.Diagnostics;
using System.Globalization;
using System.Text;
using AuditWatch.Composites;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.State;

namespace AuditWatch.Benchmarks;

/// <summary>What a step's finding costs twelve composites in which a hundred thousand facts wait.</summary>
internal static class Composites
{
    private const int Count = 12;
    private const int Waiting = 100_000 / Count;
    private const int BatchSize = 400;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Prints a line for each round: half the findings begin stories that nobody goes on with, one of a hundred ends one, the others go on with what nobody began.</summary>
    /// <param name="rounds">How many times 100,000 findings.</param>
    public static void Measure(int rounds)
    {
        const int findings = 100_000;
        var folder = Directory.CreateTempSubdirectory("auditwatch-composites-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "composites.yml"), Documents());
            var detections = DetectionLoader.Load([folder.FullName], []);
            var (engine, stage, number) = (new DetectionEngine(detections), new CompositeStage(detections), 0);
            stage.Ready.GetAwaiter().GetResult();
            while (number < Waiting)
            {
                Join(engine, stage, [.. Enumerable.Range(number, BatchSize).Select(n => Event(n, "create", n))], out _);
                number += BatchSize;
            }

            for (var round = 0; round < rounds; round++)
            {
                var (took, told) = (TimeSpan.Zero, 0);
                for (var made = 0; made < findings; made += BatchSize)
                {
                    var events = Enumerable.Range(number, BatchSize).Select(n => n % 2 == 0 ? Event(n, "create", n) : Event(n, "get", n % 100 == 1 ? n - 1 : -n));
                    told += Join(engine, stage, [.. events], out var each);
                    took += each;
                    number += BatchSize;
                }

                using var process = Process.GetCurrentProcess();
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{findings / took.TotalSeconds,10:N0} step findings/s of processor time through {Count} composites, what is written to the state included; {told:N0} stories told; {process.WorkingSet64 >> 20} MB in memory, {GC.GetTotalMemory(forceFullCollection: true) >> 20} MB of it live"));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int Join(DetectionEngine engine, CompositeStage stage, IReadOnlyList<string> events, out TimeSpan took)
    {
        using var batch = new EventBatch(new EventOrigin("composites"), Start.AddYears(1));
        batch.Append(Encoding.UTF8.GetBytes(string.Join('\n', events) + "\n"));
        new AuditEventReader("composites").Read(batch, isFinal: true);
        var found = new List<Finding>();
        engine.Detect(batch, found);
        var began = Environment.CpuUsage.TotalTime;
        var told = stage.Join(batch, found, []).Count;
        stage.Record(new StateChanges());
        took = Environment.CpuUsage.TotalTime - began;
        return told;
    }

    private static string Event(int n, string verb, int name) => string.Create(CultureInfo.InvariantCulture, $$"""
        {"auditID":"{{n}}","stage":"ResponseComplete","verb":"{{verb}}","requestURI":"/r","user":{"username":"user-{{n}}"},"sourceIPs":["10.0.0.9"],"objectRef":{"resource":"pods","namespace":"web","name":"pod-{{name}}","apiVersion":"v1"},"responseStatus":{"code":200},"requestReceivedTimestamp":"{{Start.AddMilliseconds(n):yyyy-MM-ddTHH:mm:ss.ffffff}}Z"}
        """);

    private static string Documents()
    {
        string[] rules = [.. new[] { "create", "get" }.Select(verb => $$$"""
            title: {{{verb}}}
            name: {{{verb}}}
            logsource: {product: kubernetes, service: audit}
            detection: {selection: {verb: {{{verb}}}}, condition: selection}
            """)];
        return string.Join("\n---\n", rules.Concat(Enumerable.Range(0, Count).Select(i => $$$"""
            title: story {{{i}}}
            name: story_{{{i}}}
            composite:
              within: 24h
              steps:
                - made: {rule: create, match: {objectRef.name: $pod, actor: $maker}}
                - used: {rule: get, match: {objectRef.name: $pod, actor: $who}}
            auditwatch: {summary: '{$who} used {$pod} of {$maker}', dedup: {by: [$pod]}}
            """)));
    }
}
