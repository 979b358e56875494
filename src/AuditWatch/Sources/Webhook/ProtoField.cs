namespace AuditWatch.Sources.Webhook;

/// <summary>A field of a message in the encoding of Protocol Buffers (protobuf.dev, Encoding), as it lies in memory.</summary>
/// <param name="number">Its number in the message.</param>
/// <param name="wire">Its wire type: 0 varint, 1 eight bytes, 2 bytes of any length, 5 four bytes.</param>
/// <param name="bytes">Its bytes; empty for a varint.</param>
/// <param name="varint">The number that a varint is.</param>
internal readonly ref struct ProtoField(long number, int wire, ReadOnlySpan<byte> bytes, ulong varint)
{
    public long Number { get; } = number;

    public int Wire { get; } = wire;

    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public ulong Varint { get; } = varint;

    /// <summary>Takes the next field off a message.</summary>
    /// <exception cref="InvalidDataException">There is none: the message is cut short, or is none.</exception>
    public static ProtoField Read(scoped ref ReadOnlySpan<byte> message)
    {
        var tag = ReadVarint(ref message);
        var wire = (int)(tag & 7);
        var value = wire is 0 or 2 ? ReadVarint(ref message) : 0;
        var length = wire switch
        {
            0 => 0UL,
            1 => 8UL,
            2 => value,
            5 => 4UL,
            _ => throw Broken(),
        };
        if (length > (ulong)message.Length)
        {
            throw Broken();
        }

        var bytes = message[..(int)length];
        message = message[(int)length..];
        return new ProtoField((long)(tag >> 3), wire, bytes, value);
    }

    private static ulong ReadVarint(scoped ref ReadOnlySpan<byte> message)
    {
        var value = 0UL;
        for (var i = 0; i < 10 && i < message.Length; i++)
        {
            value |= (ulong)(message[i] & 0x7F) << (7 * i);
            if (message[i] < 0x80)
            {
                message = message[(i + 1)..];
                return value;
            }
        }

        throw Broken();
    }

    /// <summary>What is thrown for a message that is none.</summary>
    public static InvalidDataException Broken() => new("no message of OpenTelemetry's logs, or one that is cut short");
}
