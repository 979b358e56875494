using System.Buffers;

namespace AuditWatch.Sources.Webhook;

/// <summary>
/// The logs that an OpenTelemetry collector sends in its binary form as those it would send in JSON, a line each, which <see cref="Events.Envelopes.EnvelopeReader"/> reads.
/// <code>
///   ExportLogsServiceRequest { ResourceLogs resource_logs = 1 } { ScopeLogs scope_logs = 2 } { LogRecord log_records = 2 } { AnyValue body = 5 }
///   {"logRecords":[{"body":{"stringValue":"EVENT"}}]}
/// </code>
/// Decoded while it arrives: of a body of any length one record is held at a time. What is no such message, or is cut short, ends with an <see cref="InvalidDataException"/>. Not thread-safe.
/// (opentelemetry-proto 1.x: collector/logs/v1.)
/// </summary>
/// <param name="input">The message; closed with this one.</param>
/// <param name="longestRecord">The most bytes of a record: a longer one is an event that is too long.</param>
/// <param name="hold">Called with the bytes that a record takes before it is read, and with 0 after it; may throw, if there is no room for them.</param>
internal sealed class OtlpBody(Stream input, int longestRecord, Action<long> hold) : ForwardStream
{
    /// <summary>The media type of the binary form.</summary>
    public const string MediaType = "application/x-protobuf";

    // The field that leads on in each message from the outermost inwards: resource_logs, scope_logs, log_records.
    private static readonly int[] Path = [1, 2, 2];

    private readonly byte[] _block = new byte[16 << 10];
    private readonly ArrayBufferWriter<byte> _json = new(4 << 10);
    private readonly Stack<long> _ends = new();
    private int _at;
    private int _length;
    private int _taken;
    private long _position;
    private long _padding;
    private bool _hasEnded;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_taken == _json.WrittenCount && _padding == 0 && !_hasEnded)
        {
            _json.ResetWrittenCount();
            _taken = 0;
            await NextAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_taken < _json.WrittenCount)
        {
            var count = Math.Min(buffer.Length, _json.WrittenCount - _taken);
            _json.WrittenMemory.Slice(_taken, count).CopyTo(buffer);
            _taken += count;
            return count;
        }

        // What stands for a record that is too long is as long, so that it is refused where all long events are.
        var blank = (int)Math.Min(buffer.Length, _padding);
        buffer.Span[..blank].Fill((byte)'_');
        _padding -= blank;
        if (_padding == 0 && blank > 0)
        {
            buffer.Span[blank - 1] = (byte)'\n';
        }

        return blank;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            input.Dispose();
        }

        base.Dispose(disposing);
    }

    // One field of the message at hand: steps into it, reads it, or passes over it.
    private async ValueTask NextAsync(CancellationToken cancellation)
    {
        while (_ends.Count > 0 && _position == _ends.Peek())
        {
            _ends.Pop();
        }

        if (_ends.Count == 0 && _at == _length && !await FillAsync(cancellation).ConfigureAwait(false))
        {
            _hasEnded = true;
            return;
        }

        var tag = await VarintAsync(cancellation).ConfigureAwait(false);
        var (field, wire) = ((long)(tag >> 3), (int)(tag & 7));
        var length = wire switch
        {
            0 => -1,
            1 => 8,
            2 => (long)await VarintAsync(cancellation).ConfigureAwait(false),
            5 => 4,
            _ => throw ProtoField.Broken(),
        };
        if (length < 0 && wire == 2)
        {
            throw ProtoField.Broken();
        }

        if (wire == 0)
        {
            _ = await VarintAsync(cancellation).ConfigureAwait(false);
        }
        else if (_ends.Count > 0 && length > _ends.Peek() - _position)
        {
            throw ProtoField.Broken();
        }
        else if (wire != 2 || _ends.Count == Path.Length || field != Path[_ends.Count])
        {
            await SkipAsync(length, cancellation).ConfigureAwait(false);
        }
        else if (_ends.Count + 1 < Path.Length)
        {
            _ends.Push(_position + length);
        }
        else
        {
            await ReadRecordAsync(length, cancellation).ConfigureAwait(false);
        }

        if (_ends.Count > 0 && _position > _ends.Peek())
        {
            throw ProtoField.Broken();
        }
    }

    private async ValueTask ReadRecordAsync(long length, CancellationToken cancellation)
    {
        if (length > longestRecord)
        {
            await SkipAsync(length, cancellation).ConfigureAwait(false);
            _json.Write("{\""u8);
            _padding = length;
            return;
        }

        // The record itself, and what is made of it.
        hold(3 * length);
        try
        {
            var record = new byte[length];
            for (var at = 0; at < record.Length;)
            {
                if (_at == _length && !await FillAsync(cancellation).ConfigureAwait(false))
                {
                    throw ProtoField.Broken();
                }

                var count = Math.Min(record.Length - at, _length - _at);
                _block.AsSpan(_at, count).CopyTo(record.AsSpan(at));
                at += count;
                Pass(count);
            }

            OtlpRecord.Write(record, _json);
        }
        finally
        {
            hold(0);
        }
    }

    private async ValueTask<ulong> VarintAsync(CancellationToken cancellation)
    {
        var value = 0UL;
        for (var i = 0; i < 10; i++)
        {
            if (_at == _length && !await FillAsync(cancellation).ConfigureAwait(false))
            {
                throw ProtoField.Broken();
            }

            var part = _block[_at];
            Pass(1);
            value |= (ulong)(part & 0x7F) << (7 * i);
            if (part < 0x80)
            {
                return value;
            }
        }

        throw ProtoField.Broken();
    }

    private async ValueTask SkipAsync(long length, CancellationToken cancellation)
    {
        while (length > 0)
        {
            if (_at == _length && !await FillAsync(cancellation).ConfigureAwait(false))
            {
                throw ProtoField.Broken();
            }

            var count = (int)Math.Min(length, _length - _at);
            length -= count;
            Pass(count);
        }
    }

    private void Pass(int count)
    {
        _at += count;
        _position += count;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        (_at, _length) = (0, await input.ReadAsync(_block, cancellation).ConfigureAwait(false));
        return _length > 0;
    }
}
