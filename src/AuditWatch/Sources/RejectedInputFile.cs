using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text.Json;
using AuditWatch.Events;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Sources;

/// <summary>
/// Notes rejected input in a file of JSON lines, so that it can be found again where it came from: when and from whom it came, why it was rejected, its place
/// in what was sent, its length and its SHA-256. Safe for any number of threads.
/// </summary>
/// <remarks>
/// The input itself is not noted: it may be the body of a Secret cut in half, and what cannot be read cannot be redacted. Of many rejections for one reason
/// in a batch the first few have a line each, the others are counted in one line.
/// </remarks>
/// <param name="options">The path and the size.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told, once, that the file cannot be written.</param>
/// <param name="meters">Makes the meter. Default: one for the process.</param>
public sealed class RejectedInputFile(RejectedInputOptions options, TimeProvider time, ILogger logger, IMeterFactory? meters = null)
{
    private readonly SourceInstruments _metrics = ServiceMetrics.Of(meters).Sources;
    private readonly BoundedFile _file = new(options.File, options.MaxBytes);
    private bool _isLogged;

    /// <summary>Notes the rejections of a batch. A failure to write is counted and logged, not thrown.</summary>
    public void Write(EventBatch batch)
    {
        if (batch.RejectedCount == 0)
        {
            return;
        }

        Write(Lines(batch), batch.RejectedCount);
    }

    /// <summary>Notes an event that was read and then lost for some detections, because a stage failed on it. A failure to write is counted and logged, not thrown.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="reason">What failed.</param>
    /// <param name="detections">The detections that it is lost for.</param>
    /// <param name="auditId">Its audit id, if that could be read: a client can choose it.</param>
    /// <param name="length">Its length in bytes; 0 if not known.</param>
    /// <param name="sha256">Its SHA-256, in hexadecimal; empty if not known.</param>
    public void Write(string cluster, string reason, IReadOnlyList<string> detections, string? auditId, int length, string sha256)
    {
        var buffer = new ArrayBufferWriter<byte>();
        WriteLine(buffer, source: null, cluster, json =>
        {
            json.WriteString("reason", reason);
            json.WriteStartArray("detections");
            foreach (var detection in detections)
            {
                json.WriteStringValue(detection);
            }

            json.WriteEndArray();
            json.WriteString("auditID", auditId);
            json.WriteNumber("length", length);
            json.WriteString("sha256", sha256);
        });
        Write(buffer.WrittenMemory, 1);
    }

    private void Write(ReadOnlyMemory<byte> lines, long count)
    {
        var isWritten = true;
        try
        {
            _file.Append(lines.Span);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            isWritten = false;
            if (!Interlocked.Exchange(ref _isLogged, true))
            {
                logger.LogError("Rejected input cannot be noted in {File}: {Problem} More of the kind are counted in auditwatch_rejected_noted_total and not logged.", options.File, problem.Message);
            }
        }

        _metrics.NotedRejections.Add(count, new KeyValuePair<string, object?>("result", isWritten ? "noted" : "failed"));
    }

    private ReadOnlyMemory<byte> Lines(EventBatch batch)
    {
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var rejection in batch.Rejections)
        {
            WriteLine(buffer, rejection.Source, batch.Origin.Cluster, json =>
            {
                json.WriteString("reason", rejection.Reason);
                json.WriteNumber("line", rejection.Line);
                json.WriteNumber("column", rejection.Column);
                json.WriteNumber("offset", rejection.Piece.Offset);
                json.WriteNumber("length", rejection.Piece.Length);
                json.WriteString("sha256", rejection.Piece.Sha256);
            });
        }

        if (batch.RejectedCount > batch.Rejections.Count)
        {
            WriteLine(buffer, batch.Origin.Source, batch.Origin.Cluster, json => json.WriteNumber("more", batch.RejectedCount - batch.Rejections.Count));
        }

        return buffer.WrittenMemory;
    }

    private void WriteLine(ArrayBufferWriter<byte> buffer, string? source, string cluster, Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow());
            if (source is not null)
            {
                json.WriteString("source", source);
            }

            json.WriteString("cluster", cluster);
            write(json);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
    }
}

/// <summary>The file for rejected input. Immutable.</summary>
/// <param name="File">The path; the file before it is beside it, with <c>.1</c> behind its name.</param>
/// <param name="MaxBytes">The most bytes of both files together, at least <see cref="MinBytes"/>.</param>
public sealed record RejectedInputOptions(string File, long MaxBytes = RejectedInputOptions.DefaultMaxBytes)
{
    /// <summary>The default of <see cref="MaxBytes"/>: 16 MiB, some fifty thousand rejections.</summary>
    public const long DefaultMaxBytes = 16 << 20;

    /// <summary>The least that <see cref="MaxBytes"/> may be: 64 KiB.</summary>
    public const long MinBytes = 64 << 10;
}
