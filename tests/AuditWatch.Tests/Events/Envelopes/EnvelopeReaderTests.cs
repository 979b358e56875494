using System.Text;

namespace AuditWatch.Tests.Events.Envelopes;

public class EnvelopeReaderTests
{
    private const string A = """{"auditID":"a","stage":"ResponseComplete","user":{"username":"jürgen \"x\" 😀"},"verb":"get","requestURI":"/a?b=\u0026c"}""";
    private const string B = """{"auditID":"b","stage":"ResponseComplete","user":{},"verb":"get"}""";

    private static readonly string[] Log = Encoding.UTF8.GetString(File.ReadAllBytes(RepositoryFiles.SampleLog)).TrimEnd('\n').Split('\n');

    public static TheoryData<string> Names => [.. Envelope.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_EnvelopeOfARealEvent_GivesTheEvent(string name)
    {
        foreach (var line in Log.Where((_, i) => i % 37 == 0).Append(A))
        {
            var reading = Reading.Of(Envelope.All[name](line));

            Assert.Empty(reading.Rejections);
            Assert.Equal([line], reading.Events);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_EnvelopesAmongEvents_GivesAllInOrder(string name)
    {
        var (envelope, other) = (Envelope.All[name](A), Envelope.All[name](B));
        foreach (var text in new[] { $"{B}\n{envelope}\n{A}\n{other}", $"[{B},{envelope},{A},{other}]", $$"""{"items":[{{B}},{{envelope}},{{A}},{{other}}]}""", $"{B}{envelope}{A}{other}" })
        {
            foreach (int[] chunks in new int[][] { [], [7], [100] })
            {
                var reading = Reading.Of(text, chunks);

                Assert.Empty(reading.Rejections);
                Assert.Equal([B, A, A, B], reading.Events);
            }
        }
    }

    [Fact]
    public void Read_RealLogInOneEnvelope_GivesEveryEvent()
    {
        Assert.Equal(Log, Reading.Of(Envelope.CloudWatch(Log)).Events);
        Assert.Equal(Log, Reading.Of(Envelope.Azure(Log)).Events);
    }

    [Theory]
    [InlineData("""{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE: Checking health of destination"}]}""")]
    [InlineData("""{"messageType":"DATA_MESSAGE","logEvents":[]}""")]
    [InlineData("""{"records":[]}""")]
    public void Read_EnvelopeWithoutEvents_GivesNothing(string text)
    {
        var reading = Reading.Of(text);

        Assert.Empty(reading.Events);
        Assert.Empty(reading.Rejections);
    }

    [Theory]
    [InlineData("""{"log":"I0101 kube-apiserver started"}""", "a JSON object without auditID and stage: not an audit event")]
    [InlineData("""{"log":"{\"msg\":\"hello\"}"}""", "a JSON object without auditID and stage: not an audit event")]
    [InlineData("""{"log":{"msg":{"auditID":"x","user":{},"verb":"get"}}}""", "a JSON object without auditID and stage: not an audit event")]
    [InlineData("""{"log":["{}"],"message":7,"records":{},"logEvents":3,"protoPayload":null}""", "a JSON object without auditID and stage: not an audit event")]
    [InlineData("""{"payload":{"auditID":"x","user":{},"verb":"get"}}""", "a JSON object without auditID and stage: not an audit event")]
    [InlineData("""{"log":"{\"auditID\":\"x\",\"us"}""", "broken JSON, or JSON that ends too early, in an envelope")]
    [InlineData("""{"log":"{\"auditID\":\"x\",\"user\":{},\"verb\":\"get\"} and more"}""", "broken JSON, or JSON that ends too early, in an envelope")]
    [InlineData("""{"log":"{\"auditID\":\"x\",\"user\":{},\"verb\":\"get\"}","message":"{\"auditID\":\"y\",\"user\":{},\"verb\":\"get\"}"}""", "more than one audit event in a line of a log shipper")]
    [InlineData("""{"records":[{"category":"guard","properties":{"log":"{\"auditID\":\"x\",\"user\":{},\"verb\":\"get\"}"}}]}""", "a record of another category than kube-audit and kube-audit-admin")]
    [InlineData("""{"records":[{"category":"kube-audit","properties":{"log":"no JSON"}}]}""", "a record of kube-audit that is no audit event")]
    [InlineData("""{"records":[{"data":"H4sIAAAA"}]}""", "a record that is no audit event")]
    [InlineData("""{"records":[7]}""", "an item of an envelope that is not a JSON object")]
    [InlineData("""{"messageType":"DATA_MESSAGE","logEvents":[{"message":"I0101 kube-apiserver started"}]}""", "a log event of CloudWatch that is no audit event")]
    [InlineData("""{"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","serviceName":"container.googleapis.com"}}""", "an entry of Cloud Logging about another service than k8s.io")]
    [InlineData("""{"protoPayload":{"@type":"type.googleapis.com/other"}}""", "a JSON object without auditID and stage: not an audit event")]
    public void Read_NoAuditEventInIt_SaysSoAndReadsOn(string text, string reason)
    {
        var reading = Reading.Of($"{text}\n{B}\n");

        Assert.Equal([B], reading.Events);
        Assert.Equal([$"log:1:1: {reason}"], reading.Rejections);
    }

    [Fact]
    public void Read_OneOfSeveralIsBroken_GivesTheOthers()
    {
        var reading = Reading.Of(Envelope.CloudWatch(A, "{\"auditID\":", B));

        Assert.Equal([A, B], reading.Events);
        Assert.Equal(["log:1:1: broken JSON, or JSON that ends too early, in an envelope"], reading.Rejections);
    }

    [Fact]
    public void Read_EnvelopesInEnvelopes_EndsAtSomeDepth()
    {
        var text = A;
        for (var i = 0; i < 12; i++)
        {
            text = $$"""{"log":{{Envelope.Text(text)}}}""";
        }

        Assert.Empty(Reading.Of(text).Events);
    }

    [Fact]
    public async Task Read_HostileEnvelopes_TakesTimeInProportion()
    {
        var many = $$"""{"records":[{{string.Join(',', Enumerable.Repeat("{}", 300_000))}}]}""";
        var events = Envelope.CloudWatch([.. Enumerable.Repeat("{\"auditID\":\"\",\"user\":{},\"verb\":\"get\"}", 100_000)]);

        var (none, bounded) = await Task.Run(() => (Reading.Of(many), Reading.Of(events))).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(300_000, none.RejectedCount);
        Assert.Equal(65_536, bounded.Events.Count);
        Assert.Equal(100_000 - 65_536, bounded.RejectedCount);
    }
}
