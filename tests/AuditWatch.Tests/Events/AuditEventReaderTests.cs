using System.Text;
using AuditWatch.Events;

namespace AuditWatch.Tests.Events;

public class AuditEventReaderTests
{
    private const string A = """{"auditID":"a","stage":"ResponseComplete","user":{},"verb":"get"}""";
    private const string B = """{"auditID":"b","stage":"ResponseComplete","user":{},"verb":"get"}""";
    private const string C = """{"auditID":"c","stage":"ResponseComplete","user":{},"verb":"get"}""";

    [Theory]
    [InlineData("a line each", $"{A}\n{B}\n{C}\n")]
    [InlineData("no newline at the end", $"{A}\n{B}\n{C}")]
    [InlineData("carriage returns and blank lines", $"\r\n{A}\r\n\r\n{B}\r\n \t{C}\r\n\r\n")]
    [InlineData("a byte-order mark", $"\uFEFF{A}\n{B}\n{C}")]
    [InlineData("one after the other", $"{A}{B} {C}")]
    [InlineData("an EventList", $$"""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[{{A}},{{B}},{{C}}]}""")]
    [InlineData("an EventList with its items first", $$"""{"items":[{{A}},{{B}},{{C}}],"metadata":{"a":[{}]},"kind":"EventList"}""")]
    [InlineData("an EventList with its key escaped", $$"""{"kind":"EventList","\u0069tems":[{{A}},{{B}},{{C}}]}""")]
    [InlineData("an EventList over several lines", $$"""{ "items" : [\n{{A}} ,\n{{B}}\n,{{C}} \n]\n}\n""")]
    [InlineData("an array", $"[{A},{B},{C}]")]
    [InlineData("an array over several lines", $"[\n{A},\n{B},\n{C}\n]\n")]
    [InlineData("lists one after the other", $$"""[{{A}}]{"items":[]}{"items":[{{B}}]}[][{{C}}]""")]
    [InlineData("events and lists mixed", $$"""{{A}}\n{"items":[{{B}}]}\n{{C}}""")]
    public void Read_GoodInput_FindsEveryEvent(string form, string text)
    {
        var reading = Reading.Of(text.Replace("\\n", "\n", StringComparison.Ordinal));

        Assert.True(reading.RejectedCount == 0, form + ": " + string.Join(", ", reading.Rejections));
        Assert.Equal([A, B, C], reading.Events);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\t\n")]
    [InlineData("\uFEFF")]
    [InlineData("[]")]
    [InlineData("""{"kind":"EventList","items":[]}""")]
    public void Read_NothingInIt_FindsNothing(string text)
    {
        var reading = Reading.Of(text);

        Assert.Empty(reading.Events);
        Assert.Equal(0, reading.RejectedCount);
    }

    [Fact]
    public void Read_MembersInAnArray_AreNoEvent()
    {
        var reading = Reading.Of("[\"auditID\":\"x\",\"stage\":\"ResponseComplete\"}\n{\"auditID\":\"y\",\"user\":{},\"verb\":\"get\"}\n");

        Assert.Equal("{\"auditID\":\"y\",\"user\":{},\"verb\":\"get\"}", Assert.Single(reading.Events));
        Assert.True(reading.RejectedCount > 0);
    }

    [Fact]
    public void Read_PrettyPrintedEvent_IsOneEvent()
    {
        const string text = """
            {
              "auditID": "a",
              "verb": "get",
              "user": {
                "username": "jane"
              },
              "sourceIPs": [
                "10.0.0.1"
              ]
            }
            """;

        Assert.Equal([text], Reading.Of(text).Events);
    }

    [Theory]
    [InlineData("""{"auditID":"x","stage":"Resp""")]
    [InlineData("""{"auditID":"x","stage":""")]
    [InlineData("""{"auditID":"x","sourceIPs":[""")]
    [InlineData("""{"auditID":"x","sourceIPs":["1",""")]
    [InlineData("""{"auditID":"x",""")]
    [InlineData("""{"auditID":"x","user":{""")]
    [InlineData("""{"auditID":"x\""")]
    [InlineData("""{""")]
    [InlineData("""{"auditID":"x","code":20""")]
    [InlineData("""{"auditID":"x","code":tr""")]
    [InlineData("""{"kind":"EventList","items":""")]
    [InlineData("\0\0\0\0\u0001\uFFFD")]
    [InlineData("nothing like JSON")]
    [InlineData("]")]
    [InlineData("42")]
    [InlineData("""{"auditID":"x"]""")]
    public void Read_OneBrokenLine_LosesOnlyThatLine(string broken)
    {
        var reading = Reading.Of($"{A}\n{broken}\n{B}\n{C}\n");

        Assert.Equal([A, B, C], reading.Events);
        Assert.Equal(1, reading.RejectedCount);
    }

    [Fact]
    public void Read_SeveralLinesCutShort_LosesOnlyThose()
    {
        var reading = Reading.Of($"{{\"x\":\n{{\"y\":[1,\n{{\"z\":\n{A}\n{B}\n");

        Assert.Equal([A, B], reading.Events);
    }

    [Theory]
    [InlineData("x", 1, 1, "not a JSON object", RejectionKind.Malformed)]
    [InlineData("  x", 1, 3, "not a JSON object", RejectionKind.Malformed)]
    [InlineData($"{A}\n{B} 42\n{C}", 2, 67, "not a JSON object", RejectionKind.Malformed)]
    [InlineData($"{A}\n  {{\"kind\":\"Status\"}}\n", 2, 3, "a JSON object without auditID and stage: not an audit event", RejectionKind.NotAnEvent)]
    [InlineData("{\"a\":1 \"b\":2}", 1, 8, "broken JSON", RejectionKind.Malformed)]
    [InlineData("\n\n{\n  \"a\":1,\n  b\n}", 5, 3, "broken JSON", RejectionKind.Malformed)]
    [InlineData("{\"auditID\":", 1, 12, "the JSON ends too early", RejectionKind.Malformed)]
    [InlineData("\n{\n\"auditID\":", 3, 11, "the JSON ends too early", RejectionKind.Malformed)]
    [InlineData($"[{A},{{\"kind\":\"Status\"}}]", 1, 68, "a JSON object without auditID and stage: not an audit event", RejectionKind.NotAnEvent)]
    [InlineData($"[{A},\n 42]", 2, 2, "an item that is not a JSON object", RejectionKind.NotAnEvent)]
    [InlineData($"[{A},[[1],2],{B}]", 1, 68, "an item that is not a JSON object", RejectionKind.NotAnEvent)]
    [InlineData($"[{A} {B}]", 1, 68, "broken JSON", RejectionKind.Malformed)]
    [InlineData($"{{\"items\":[\n{A},\n{A},\n  {{\"auditID\"!}}]}}", 4, 13, "broken JSON", RejectionKind.Malformed)]
    [InlineData($"{A}\n{{\"items\":[{A},{{\"auditID\"!}}]}}", 2, 87, "broken JSON", RejectionKind.Malformed)]
    [InlineData($"[{A}", 1, 67, "the JSON ends too early", RejectionKind.Malformed)]
    [InlineData($"[{A},\n{{\"auditID\"", 2, 11, "the JSON ends too early", RejectionKind.Malformed)]
    [InlineData($"{{\"items\":[{A}]\n", 2, 1, "the JSON ends too early", RejectionKind.Malformed)]
    public void Read_BadInput_SaysWhereAndWhy(string text, int line, int column, string reason, RejectionKind kind)
    {
        using var batch = new EventBatch(new EventOrigin("log"), DateTimeOffset.UnixEpoch);
        batch.Append(Encoding.UTF8.GetBytes(text));

        new AuditEventReader("log").Read(batch, isFinal: true);

        Assert.Equal(new Rejection("log", line, column, reason) { Kind = kind }, batch.Rejections[0] with { Piece = default });
    }

    [Theory]
    [InlineData("rubbish\n")]
    [InlineData("{\"kind\":\"Status\"}")]
    [InlineData("{\"log\":\"{\\\"auditID\\\":\"}")]
    [InlineData("{\"auditID\":\"x\"]\n")]
    public void Read_BadInput_CanBeFoundAgain(string broken)
    {
        using var batch = new EventBatch(new EventOrigin("log"), DateTimeOffset.UnixEpoch);
        batch.Append(Encoding.UTF8.GetBytes($"{A}\n{broken}{B}\n"));

        new AuditEventReader("log").Read(batch, isFinal: true);

        Assert.Equal(2, batch.Count);
        Assert.Equal(RejectedPiece.Of(A.Length + 1, Encoding.UTF8.GetBytes(broken)), Assert.Single(batch.Rejections).Piece);
    }

    [Fact]
    public void Read_BadInputInLaterBatch_CountsLinesFromTheStart()
    {
        var reading = Reading.Of($"{A}\n{B}\n\n  rubbish\n", chunks: 50);

        Assert.Equal(["log:4:3: not a JSON object"], reading.Rejections);
    }

    [Fact]
    public void Read_ManyRejections_KeepsAFewAndCountsAll()
    {
        using var batch = new EventBatch(new EventOrigin("log"), DateTimeOffset.UnixEpoch);
        batch.Append(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("x\n", 100))));

        new AuditEventReader("log").Read(batch, isFinal: true);

        Assert.Equal(100, batch.RejectedCount);
        Assert.Equal(8, batch.Rejections.Count);
    }

    [Theory]
    [InlineData("""{"\ud800":1,"auditID":"x","user":{},"verb":"get"}""")]
    [InlineData("""{"auditID":"x","user":{"\udc00sername":"\ud800"},"verb":"get"}""")]
    [InlineData("""{"auditID":"x","user":{},"verb":"get","objectRef":{"\u0000name":"a"}}""")]
    public void Read_KeyThatIsNoText_IsAKeyLikeAnyOther(string text)
    {
        Assert.Equal([text], Reading.Of(text).Events);
    }

    [Theory]
    [InlineData(9_999, 1)]
    [InlineData(10_200, 0)]
    public void Read_DeepNesting_IsReadAsDeepAsKubernetesReads(int depth, int events)
    {
        var text = $$"""{"auditID":"x","user":{},"verb":"get","requestObject":{{new string('[', depth)}}{{new string(']', depth)}}}""";

        Assert.Equal(events, Reading.Of(text).Events.Count);
        Assert.Equal(events, Reading.Of($"[{text}]").Events.Count);
    }

    [Theory]
    [InlineData("x\n")]
    [InlineData("{\"x\":\n")]
    [InlineData("[\n")]
    [InlineData("{\"items\":[\n")]
    [InlineData("[{},\n")]
    [InlineData("{\"x\":[{},\n")]
    public async Task Read_HostileLines_TakesTimeInProportion(string line)
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(line, 400_000)));

        var reading = await Task.Run(() => Reading.Of(text)).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Empty(reading.Events);
        Assert.NotEqual(0, reading.RejectedCount);
    }

    [Fact]
    public void Read_RealLog_FindsAnEventALine()
    {
        var log = File.ReadAllBytes(RepositoryFiles.SampleLog);

        var reading = Reading.Of(log);

        Assert.Equal(Encoding.UTF8.GetString(log).TrimEnd('\n').Split('\n'), reading.Events);
        Assert.Equal(0, reading.RejectedCount);
    }

    [Fact]
    public void Read_RealLog_AllocatesForTheBatchOnly()
    {
        var log = File.ReadAllBytes(RepositoryFiles.SampleLog);

        // The least of a few rounds: others take from the pools in between.
        var allocated = Enumerable.Range(0, 10).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            using var batch = new EventBatch(new EventOrigin("log"), DateTimeOffset.UnixEpoch, log.Length);
            batch.Append(log);
            new AuditEventReader("log").Read(batch, isFinal: true);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });

        Assert.True(allocated < 4_096, $"{allocated} bytes");
    }
}
