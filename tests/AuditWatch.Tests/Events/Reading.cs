using System.Text;
using AuditWatch.Events;

namespace AuditWatch.Tests.Events;

/// <summary>What the reader makes of a text.</summary>
internal sealed record Reading(IReadOnlyList<string> Events, IReadOnlyList<string> Rejections, long RejectedCount)
{
    public static Reading Of(string text, params int[] chunks) => Of(Encoding.UTF8.GetBytes(text), chunks);

    /// <summary>Reads the text in chunks of the given sizes, again and again until it ends; no sizes means all of it at once.</summary>
    public static Reading Of(byte[] text, params int[] chunks)
    {
        var reader = new AuditEventReader("log");
        var (events, rejections, rejected) = (new List<string>(), new List<string>(), 0L);
        var (unread, at) = (0, 0);
        for (var i = 0; ; i++)
        {
            at += Math.Min(text.Length - at, chunks.Length == 0 ? text.Length : chunks[i % chunks.Length]);
            using var batch = BatchOf(text.AsSpan(unread, at - unread));
            unread += reader.Read(batch, isFinal: at == text.Length);
            for (var e = 0; e < batch.Count; e++)
            {
                events.Add(Encoding.UTF8.GetString(batch[e].Json));
            }

            rejections.AddRange(batch.Rejections.Select(r => r.ToString()));
            rejected += batch.RejectedCount;
            if (at == text.Length)
            {
                Assert.Equal(text.Length, unread);
                return new Reading(events, rejections, rejected);
            }
        }
    }

    /// <summary>The only event of a text that holds one and nothing else.</summary>
    public static EventBatch One(string text)
    {
        var batch = Any(text);
        Assert.Empty(batch.Rejections);
        Assert.Equal(1, batch.Count);
        return batch;
    }

    /// <summary>The events of a text, and what was rejected of it.</summary>
    public static EventBatch Any(string text) => Any(Encoding.UTF8.GetBytes(text));

    /// <summary>The same of bytes.</summary>
    public static EventBatch Any(byte[] text)
    {
        var batch = BatchOf(text);
        new AuditEventReader("log").Read(batch, isFinal: true);
        return batch;
    }

    private static EventBatch BatchOf(ReadOnlySpan<byte> text)
    {
        var batch = new EventBatch(new EventOrigin("log"), DateTimeOffset.UnixEpoch, capacity: 16);
        batch.Append(text);
        return batch;
    }
}
