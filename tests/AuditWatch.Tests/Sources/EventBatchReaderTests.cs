using System.Text;
using AuditWatch.Events;
using AuditWatch.Sources;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Sources;

/// <summary>A stream of bytes in batches of events, however it is cut into pieces. It is long because each limit and each end of a stream has a test, beside the properties.</summary>
public class EventBatchReaderTests
{
    private static readonly EventOrigin Log = new("log");

    private readonly VirtualTime _time = new();

    [Fact]
    public async Task ReadAsync_LogOfSeveralBatches_GivesEveryEventOnce()
    {
        var log = File.ReadAllBytes(RepositoryFiles.SampleLog);
        using var reader = new EventBatchReader(new MemoryStream([.. log, .. log, .. log]), Log, _time);

        var (events, rejections, bytes) = await ReadAllAsync(reader);

        var lines = Encoding.UTF8.GetString(log).TrimEnd('\n').Split('\n');
        Assert.Equal([.. lines, .. lines, .. lines], events);
        Assert.Empty(rejections);
        Assert.Equal(3 * log.Length, reader.BytesRead);
        Assert.Equal(3 * log.Length, bytes);
    }

    [Fact]
    public void ReadAsync_PiecesOfAnySize_GivesTheSameEvents()
    {
        var lines = Enumerable.Range(0, 30).Select(i => Event(i, new string('x', 7 * i % 90))).ToArray();
        var text = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        Prop.ForAll(
            Gen.Choose(1, 400).NonEmptyListOf().ToArbitrary(),
            Gen.Elements(true, false).ToArbitrary(),
            (sizes, fills) =>
            {
                using var reader = new EventBatchReader(new PiecewiseStream(Pieces(text, sizes)), Log, _time) { FillsBatches = fills };
                Assert.Equal(lines, ReadAllAsync(reader).GetAwaiter().GetResult().Events);
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task ReadAsync_NoMoreBytesForNow_GoesOnWhereItStopped()
    {
        byte[][] pieces = ["""{"auditID":"a","user":{},"verb":"get"}"""u8.ToArray(), "\n{\"auditID\":"u8.ToArray(), [], "\"b\",\"user\":{},\"verb\":\"get\"}\n"u8.ToArray(), []];
        using var reader = new EventBatchReader(new PiecewiseStream(pieces), Log, _time);

        using var first = await reader.ReadAsync(CancellationToken.None);
        Assert.Null(await reader.ReadAsync(CancellationToken.None));
        using var second = await reader.ReadAsync(CancellationToken.None);

        Assert.True(first![0][EventField.AuditId].Is("a"u8));
        Assert.True(second![0][EventField.AuditId].Is("b"u8));
        Assert.Null(reader.Finish());
    }

    [Fact]
    public async Task ReadAsync_Batch_ArrivesWhenItIsComplete()
    {
        byte[][] pieces = ["{\"auditID\":"u8.ToArray(), [], "\"a\",\"user\":{},\"verb\":\"get\"}\n"u8.ToArray()];
        using var reader = new EventBatchReader(new PiecewiseStream(pieces), Log, _time);

        Assert.Null(await reader.ReadAsync(CancellationToken.None));
        _time.Advance(TimeSpan.FromHours(1));
        using var batch = await reader.ReadAsync(CancellationToken.None);

        Assert.Equal(_time.GetUtcNow(), batch!.ReceivedAt);
    }

    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 1)]
    public async Task ReadAsync_EventsThatComeOneByOne_AreBatchedOnlyIfAskedTo(bool fills, int batches)
    {
        var pieces = Enumerable.Range(0, 3).Select(i => Encoding.UTF8.GetBytes(Event(i) + "\n"));
        using var reader = new EventBatchReader(new PiecewiseStream(pieces), Log, _time) { FillsBatches = fills };

        var count = 0;
        for (; await reader.ReadAsync(CancellationToken.None) is { } batch; count++)
        {
            batch.Dispose();
        }

        Assert.Equal(batches, count);
    }

    [Theory]
    [InlineData("{0}\n{1}\n{2}\n")]
    [InlineData("{0}{1}{2}")]
    [InlineData("[{0},{1},{2}]")]
    public async Task ReadAsync_EventBeyondTheLimit_LosesOnlyThatEvent(string form)
    {
        var (a, tooLong, b) = (Event(1), Event(2, new string('x', 3_000_000)), Event(3));
        var text = Encoding.UTF8.GetBytes(string.Format(null, form, a, tooLong, b));
        using var reader = new EventBatchReader(new PiecewiseStream(Pieces(text, [65_536])), Log, _time, maxEventBytes: 1_000_000);

        var (events, rejections, _) = await ReadAllAsync(reader);

        Assert.Equal([a, b], events);
        Assert.EndsWith("an event longer than 1000000 bytes", Assert.Single(rejections).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10_000_000)]
    [InlineData(EventBatchReader.DefaultMaxEventBytes)]
    public async Task ReadAsync_EventUpToTheLimit_IsRead(int length)
    {
        var text = Event(1, new string('x', length - Event(1).Length));
        using var reader = new EventBatchReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), Log, _time);

        Assert.Equal([text], (await ReadAllAsync(reader)).Events);
    }

    [Fact]
    public async Task ReadAsync_LongEventInSmallPieces_IsNotReadAgainForEach()
    {
        var text = Event(1, new string('x', 15_000_000));
        using var reader = new EventBatchReader(new PiecewiseStream(Pieces(Encoding.UTF8.GetBytes(text), [512])), Log, _time);

        var (events, _, _) = await Task.Run(() => ReadAllAsync(reader)).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal([text], events);
    }

    [Fact]
    public async Task BytesConsumed_AfterEachBatch_IsWhereAnotherReaderCanGoOn()
    {
        var lines = Enumerable.Range(0, 20).Select(i => Event(i, new string('x', 7 * i)) + "\n").ToArray();
        var text = Encoding.UTF8.GetBytes(string.Concat(lines));
        using var reader = new EventBatchReader(new PiecewiseStream(Pieces(text, [150])), Log, _time);

        for (var events = 0; await reader.ReadAsync(CancellationToken.None) is { } batch; batch.Dispose())
        {
            events += batch.Count;
            Assert.True(reader.IsBetweenDocuments);
            using var other = new EventBatchReader(new MemoryStream(text[(int)reader.BytesConsumed..]), Log, _time);
            Assert.Equal(lines[events..].Select(line => line.TrimEnd('\n')), (await ReadAllAsync(other)).Events);
        }
    }

    [Theory]
    [InlineData("{0}\n", "{1}\n", true)]
    [InlineData("{{\"items\":[{0}", ",{1}]}}\n", false)]
    [InlineData("[{0}", ",{1}]", false)]
    public async Task IsBetweenDocuments_WithinAList_IsNotSoBeforeItsEnd(string begin, string end, bool between)
    {
        var pieces = new[] { begin, end }.Select(piece => Encoding.UTF8.GetBytes(string.Format(null, piece, Event(1), Event(2))));
        using var reader = new EventBatchReader(new PiecewiseStream(pieces), Log, _time) { BatchBytes = 128 };

        using var first = await reader.ReadAsync(CancellationToken.None);
        Assert.Equal(between, reader.IsBetweenDocuments);
        using var second = await reader.ReadAsync(CancellationToken.None) ?? reader.Finish();

        Assert.Equal((1, 1), (first!.Count, second!.Count));
        Assert.True(reader.IsBetweenDocuments);
    }

    [Fact]
    public async Task ReadAsync_Hole_IsPassedOver()
    {
        var text = Encoding.UTF8.GetBytes(Event(1) + "\n" + new string('\0', 3_000_000) + Event(2) + "\n");
        using var reader = new EventBatchReader(new MemoryStream(text), Log, _time);

        var (events, rejections, _) = await ReadAllAsync(reader);

        Assert.Equal([Event(1), Event(2)], events);
        Assert.Empty(rejections);
    }

    [Fact]
    public async Task Finish_LastEventIncomplete_RejectsIt()
    {
        using var reader = new EventBatchReader(new MemoryStream("{\"auditID\":\"a\",\"user\":{},\"verb\":\"get\"}\n{\"auditID\":\"b"u8.ToArray()), Log, _time);

        var (events, rejections, _) = await ReadAllAsync(reader);

        Assert.Equal(["""{"auditID":"a","user":{},"verb":"get"}"""], events);
        Assert.Equal((2, "the JSON ends too early"), (Assert.Single(rejections).Line, rejections[0].Reason));
    }

    [Fact]
    public async Task Finish_NothingRead_GivesNothing()
    {
        using var reader = new EventBatchReader(new MemoryStream(), Log, _time);

        Assert.Null(await reader.ReadAsync(CancellationToken.None));
        Assert.Null(reader.Finish());
    }

    [Theory]
    [InlineData("{0}\n")]
    [InlineData("{0}")]
    [InlineData("{0},")]
    public void ReadAsync_MoreEventsThanABatchMayHave_GivesAllInSeveralBatches(string form)
    {
        var events = Enumerable.Range(0, 50).Select(i => Event(i)).ToArray();
        var text = string.Concat(events.Select(one => string.Format(null, form, one)));
        var bytes = Encoding.UTF8.GetBytes(form.EndsWith(',') ? $"[{text.TrimEnd(',')}]" : text);
        Prop.ForAll(
            Gen.Choose(1, 60).ToArbitrary(),
            Gen.Choose(1, 3_000).ToArbitrary(),
            (most, piece) =>
            {
                using var reader = new EventBatchReader(new PiecewiseStream(Pieces(bytes, [piece])), Log, _time) { MaxEvents = most };
                var (read, rejections, _) = ReadAllAsync(reader, most).GetAwaiter().GetResult();

                Assert.Equal(events, read);
                Assert.Empty(rejections);
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task ReadAsync_EventLongerThanThereIsRoomFor_IsNotReadOn()
    {
        var quota = new MemoryShare(new MemoryQuota(4 << 20), "one");
        using var reader = new EventBatchReader(new PiecewiseStream(Pieces(Encoding.UTF8.GetBytes(Event(1, new string('x', 3_000_000))), [65_536])), Log, _time) { Quota = quota };

        await Assert.ThrowsAsync<MemoryQuotaException>(async () => await reader.ReadAsync(CancellationToken.None));

        reader.Dispose();
        Assert.True(quota.HasRoom(7 << 19));
    }

    private static string Event(int id, string name = "") => $$$"""{"auditID":"{{{id}}}","user":{},"verb":"get","objectRef":{"name":"{{{name}}}"}}""";

    private static IEnumerable<byte[]> Pieces(byte[] text, IReadOnlyList<int> sizes)
    {
        for (var (at, i) = (0, 0); at < text.Length; at += sizes[i % sizes.Count], i++)
        {
            yield return text[at..Math.Min(text.Length, at + sizes[i % sizes.Count])];
        }
    }

    private static async Task<(List<string> Events, List<Rejection> Rejections, long Bytes)> ReadAllAsync(EventBatchReader reader, int most = int.MaxValue)
    {
        var (events, rejections, bytes) = (new List<string>(), new List<Rejection>(), 0L);
        while (await reader.ReadAsync(CancellationToken.None) is { } batch)
        {
            Take(batch);
        }

        while (reader.Finish() is { } last)
        {
            Take(last);
        }

        return (events, rejections, bytes);

        void Take(EventBatch batch)
        {
            Assert.InRange(batch.Count, 0, most);
            for (var i = 0; i < batch.Count; i++)
            {
                events.Add(Encoding.UTF8.GetString(batch[i].Json));
            }

            rejections.AddRange(batch.Rejections);
            bytes += batch.TextLength;
            batch.Dispose();
        }
    }
}
