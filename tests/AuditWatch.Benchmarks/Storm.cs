using System.Diagnostics;
using System.Globalization;
using System.Text;
using AuditWatch.Alerts;
using AuditWatch.Correlation;
using AuditWatch.Correlation.FirstSeen;
using AuditWatch.Detection;
using AuditWatch.Events;

namespace AuditWatch.Benchmarks;

/// <summary>What comes after detection, under a storm: every finding is of an actor that nobody has seen before, who is denied something.</summary>
internal static class Storm
{
    private const int BatchSize = 400;

    /// <summary>Prints a line for each million findings.</summary>
    /// <param name="folders">The detections.</param>
    /// <param name="rounds">How many million findings.</param>
    public static void Measure(IReadOnlyList<string> folders, int rounds)
    {
        const int million = 1_000_000;
        var detections = DetectionLoader.Load(folders, []);
        var samples = Samples(detections);
        var (firstSeen, correlator, alerts) = (new FirstSeenStage(detections), new Correlator(detections), AlertBook.OnEventTime());
        var time = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var (round, actor) = (0, 0); round < rounds; round++)
        {
            var (raised, began) = (0, Environment.CpuUsage.TotalTime);
            for (var made = 0; made < million; made += BatchSize)
            {
                var findings = new List<Finding>(BatchSize);
                for (; findings.Count < BatchSize; actor++)
                {
                    time += TimeSpan.FromMicroseconds(5);
                    findings.Add(OfActor(samples[actor % samples.Count], $"system:serviceaccount:storm:actor-{actor}", time));
                }

                raised += alerts.Apply(correlator.Correlate(firstSeen.Filter(findings, "", time, time), time)).Count;
            }

            var took = (Environment.CpuUsage.TotalTime - began).TotalSeconds;
            using var process = Process.GetCurrentProcess();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{million / took,10:N0} findings/s of processor time, the making of them included; {raised:N0} changes of alerts; {process.WorkingSet64 >> 20} MB in memory, {GC.GetTotalMemory(forceFullCollection: true) >> 20} MB of it live"));
        }
    }

    // What the detections find in a denied request, those that only feed correlations included.
    private static List<Finding> Samples(DetectionSet detections)
    {
        using var batch = new EventBatch(new EventOrigin("storm"), DateTimeOffset.UnixEpoch);
        batch.Append(Encoding.UTF8.GetBytes("""{"auditID":"a","stage":"ResponseComplete","verb":"list","requestURI":"/api/v1/secrets","user":{"username":"system:serviceaccount:storm:x","groups":["system:serviceaccounts","system:authenticated"]},"sourceIPs":["10.0.0.9"],"userAgent":"curl/8","objectRef":{"resource":"secrets","apiVersion":"v1"},"responseStatus":{"code":403},"requestReceivedTimestamp":"2026-01-01T00:00:00Z"}""" + "\n"));
        new AuditEventReader("storm").Read(batch, isFinal: true);
        var findings = new List<Finding>();
        new DetectionEngine(detections).Detect(batch, findings);
        return [.. findings.Select(finding => finding.Materialize())];
    }

    private static Finding OfActor(Finding finding, string actor, DateTimeOffset time) => finding.With(
        id: UInt128.Zero,
        actor: actor,
        time: time,
        dedup: Renamed(finding.Dedup, finding.Actor, actor),
        carried: Renamed(finding.Carried, finding.Actor, actor));

    private static KeyValuePair<string, string>[] Renamed(IReadOnlyList<KeyValuePair<string, string>> values, string from, string to) =>
        [.. values.Select(value => value.Value == from ? new KeyValuePair<string, string>(value.Key, to) : value)];
}
