using System.Text;
using AuditWatch.Events;

namespace AuditWatch.Tests.Events;

public class AuditEventReaderOversizedTests
{
    private const string A = """{"auditID":"a","user":{},"verb":"get"}""";
    private const string B = """{"auditID":"b","user":{},"verb":"get"}""";
    private const string Long = """{"auditID":"long","userAgent":"0123456789012345678901234567890123456789","requestObject":{"a":["\\","\"}]",{"b":"}"}]}}""";

    [Theory]
    [InlineData($"{Long}\n{A}\n{B}\n")]
    [InlineData($"{Long}{A}{B}")]
    [InlineData($"[{Long},{A},{B}]")]
    [InlineData($"[{A}, {Long} ,{B}]")]
    [InlineData($"[{A},{B},{Long}]")]
    [InlineData($"{{\"items\":[{A},{Long},{B}],\"kind\":\"EventList\"}}")]
    [InlineData($"[\n{A},\n{Long},\n{B}\n]\n")]
    [InlineData($"[\"01234567890123456789012345678901234567890123456789012345678901234567890123456789\",{A},{B}]")]
    [InlineData($"[{A},{B}                                                                                                ]\n")]
    public void RejectOversized_EventTooLong_LosesOnlyThatEvent(string text)
    {
        foreach (var piece in Enumerable.Range(1, 20))
        {
            var (events, rejections) = Read(text, limit: 50, piece);

            Assert.Equal([A, B], events);
            Assert.NotEmpty(rejections);
            Assert.EndsWith("an event longer than 50 bytes", rejections[0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void RejectOversized_LineCutShort_GoesOnAtTheNextLine()
    {
        var (events, rejections) = Read($"{A}\n{Long[..90]}\n{A}\n{B}\n", limit: 50, piece: 7);

        Assert.Equal([A, A, B], events);
        Assert.Equal(["log:2:1: an event longer than 50 bytes"], rejections);
    }

    [Fact]
    public void RejectOversized_ThenBrokenJson_SaysTheRightPlace()
    {
        var (_, rejections) = Read($"[{Long},{A},!]", limit: 50, piece: 7);

        Assert.Equal(["log:1:2: an event longer than 50 bytes", $"log:1:{Long.Length + A.Length + 4}: broken JSON"], rejections);
    }

    // What a source does: it gives up on an event once more than the limit of it is there and nothing can be consumed.
    private static (List<string> Events, List<string> Rejections) Read(string text, int limit, int piece)
    {
        var (events, rejections) = (new List<string>(), new List<string>());
        var reader = new AuditEventReader("log");
        var unread = Array.Empty<byte>();
        for (var at = 0; at < text.Length; at += piece)
        {
            using var batch = new EventBatch(new EventOrigin("log"), DateTimeOffset.UnixEpoch, capacity: 16);
            batch.Append(unread);
            batch.Append(Encoding.UTF8.GetBytes(text.Substring(at, Math.Min(piece, text.Length - at))));
            var isFinal = at + piece >= text.Length;
            var consumed = reader.Read(batch, isFinal);
            if (consumed == 0 && batch.TextLength > limit)
            {
                reader.RejectOversized(batch, limit);
                consumed = reader.Read(batch, isFinal);
            }

            for (var e = 0; e < batch.Count; e++)
            {
                events.Add(Encoding.UTF8.GetString(batch[e].Json));
            }

            rejections.AddRange(batch.Rejections.Select(r => r.ToString()));
            unread = batch.Text[consumed..].ToArray();
        }

        return (events, rejections);
    }
}
