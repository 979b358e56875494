using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Correlation;
using AuditWatch.Correlation.FirstSeen;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.Sources;

namespace AuditWatch.Benchmarks;

/// <summary>Where the time of a scan goes: the stages over a whole file, one after the other: processor time, which others on the machine change little.</summary>
internal static class Stages
{
    /// <summary>Prints a line for each round.</summary>
    /// <param name="file">A log.</param>
    /// <param name="folders">The detections.</param>
    /// <param name="rounds">How often to go over the file.</param>
    public static async Task MeasureAsync(string file, IReadOnlyList<string> folders, int rounds)
    {
        var detections = DetectionLoader.Load(folders, []);
        for (var round = 0; round < rounds; round++)
        {
            var (read, detect, correlate) = (0L, 0L, 0L);
            var (events, bytes, found, raised) = (0L, 0L, 0, 0);
            var engine = new DetectionEngine(detections);
            var firstSeen = new FirstSeenStage(detections);
            var correlator = new Correlator(detections);
            var alerts = AlertBook.OnEventTime();
            await using var stream = new FileStream(file, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });
            using var reader = new EventBatchReader(stream, new EventOrigin(file), TimeProvider.System) { FillsBatches = true };
            while (true)
            {
                var began = Now();
                using var batch = await reader.ReadAsync(CancellationToken.None) ?? reader.Finish();
                read += Now() - began;
                if (batch is null)
                {
                    break;
                }

                began = Now();
                var findings = new List<Finding>();
                engine.Detect(batch, findings);
                detect += Now() - began;
                found += findings.Count;

                began = Now();
                var raising = correlator.Correlate(firstSeen.Filter(findings, "", batch[0].Time, batch.ReceivedAt), batch.ReceivedAt);
                raised += alerts.Apply([.. raising, .. correlator.AdvanceWatermark(batch[^1].Time, batch.ReceivedAt)]).Count;
                correlate += Now() - began;
                events += batch.Count;
                bytes += batch.TextLength;
            }

            double Nanoseconds(long ticks) => 100.0 * ticks / events;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{events:N0} events of {bytes / events} bytes, {found:N0} findings, {raised:N0} changes; ns an event: read {Nanoseconds(read):N0}, detect {Nanoseconds(detect):N0}, correlate {Nanoseconds(correlate):N0}; {1e9 / Nanoseconds(read + detect + correlate):N0} events/s"));
        }
    }

    /// <summary>Lines a second of processor time that System.Text.Json reads token by token from a file, in the best of three passes.</summary>
    public static double ValidationRate(string file)
    {
        var text = File.ReadAllBytes(file);
        var best = 0.0;
        for (var pass = 0; pass < 3; pass++)
        {
            var (lines, began) = (0, Now());
            for (var at = 0; at < text.Length;)
            {
                var length = text.AsSpan(at).IndexOf((byte)'\n') + 1;
                length = length == 0 ? text.Length - at : length;
                var reader = new System.Text.Json.Utf8JsonReader(text.AsSpan(at, length));
                while (reader.Read())
                {
                }

                lines++;
                at += length;
            }

            best = Math.Max(best, lines / TimeSpan.FromTicks(Now() - began).TotalSeconds);
        }

        return best;
    }

    private static long Now() => Environment.CpuUsage.TotalTime.Ticks;
}
