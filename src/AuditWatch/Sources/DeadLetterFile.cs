using System.Buffers;
using System.Text.Json;
using AuditWatch.Events;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Sources;

/// <summary>
/// Notes input that was no event, a JSON object a line, so that somebody can look for it where it came from: when, from whom, why, where in what
/// was sent, how long, and its SHA-256. Not the input itself: it may be the body of a Secret cut in half, and what cannot be read cannot be redacted.
/// Of many rejections for one reason in one batch the first few have a line each and the rest are counted in one.
/// When the file is full, it takes the place of the one before it. Safe for any number of threads.
/// </summary>
/// <param name="options">Where, and how much.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears of it, once, when the file cannot be written.</param>
public sealed class DeadLetterFile(DeadLetterOptions options, TimeProvider time, ILogger logger)
{
    private readonly Lock _lock = new();
    private bool _isLogged;

    /// <summary>Notes what was rejected of a batch. What cannot be written is counted and logged, and no reason to stop.</summary>
    public void Write(EventBatch batch)
    {
        if (batch.RejectedCount == 0)
        {
            return;
        }

        var lines = Lines(batch);
        var isWritten = true;
        try
        {
            lock (_lock)
            {
                Append(lines.Span);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            isWritten = false;
            if (!Interlocked.Exchange(ref _isLogged, true))
            {
                logger.LogError("Rejected input cannot be noted in {File}: {Problem} More of the kind are counted in auditwatch_rejected_noted_total and not logged.", options.File, problem.Message);
            }
        }

        SourceMetrics.DeadLetters.Add(batch.RejectedCount, new KeyValuePair<string, object?>("result", isWritten ? "noted" : "failed"));
    }

    private void Append(ReadOnlySpan<byte> lines)
    {
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileInfo(options.File);
        if (file.Exists && file.Length + lines.Length > options.MaxBytes / 2)
        {
            File.Move(options.File, $"{options.File}.1", overwrite: true);
        }

        var creation = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete };
        if (!OperatingSystem.IsWindows())
        {
            creation.UnixCreateMode = ownerOnly;
        }

        using var stream = new FileStream(options.File, creation);
        stream.Write(lines);
    }

    private ReadOnlyMemory<byte> Lines(EventBatch batch)
    {
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var rejection in batch.Rejections)
        {
            WriteLine(buffer, batch, json =>
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
            WriteLine(buffer, batch, json => json.WriteNumber("more", batch.RejectedCount - batch.Rejections.Count));
        }

        return buffer.WrittenMemory;
    }

    private void WriteLine(ArrayBufferWriter<byte> buffer, EventBatch batch, Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow());
            json.WriteString("source", batch.Origin.Source);
            json.WriteString("cluster", batch.Origin.Cluster);
            write(json);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
    }
}
