using System.Text;
using System.Text.Json.Nodes;

namespace AuditWatch.Tests.Events.Envelopes;

/// <summary>Events in the envelopes of clouds and log shippers, whole, in pieces, broken and hostile. It is long because it has a test for each way in which an envelope can hold events, or none.</summary>
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
    [InlineData("""{"log":["{}"],"message":7,"records":{},"logEvents":3,"protoPayload":null}""", "a JSON object without auditID and stage: not an audit event")]
    [InlineData("""{"something":{"auditID":"x","user":{},"verb":"get"}}""", "a JSON object without auditID and stage: not an audit event")]
    [InlineData("""{"log":"{\"auditID\":\"x\",\"us"}""", "broken JSON, or JSON that ends too early, in an envelope")]
    [InlineData("""{"log":"{\"auditID\":\"x\",\"user\":{},\"verb\":\"get\"}","message":"{\"auditID\":\"y\",\"user\":{},\"verb\":\"get\"}"}""", "more than one audit event in a line of a log shipper")]
    [InlineData("""{"records":[{"category":"guard","properties":{"log":"{\"auditID\":\"x\",\"user\":{},\"verb\":\"get\"}"}}]}""", "a record of another category than kube-audit and kube-audit-admin")]
    [InlineData("""{"records":[{"category":"kube-audit","properties":{"log":"no JSON"}}]}""", "a record of kube-audit that is no audit event")]
    [InlineData("""{"records":[{"data":"H4sIAAAA"}]}""", "compressed data in an envelope that are damaged or too long")]
    [InlineData("""{"records":[7]}""", "an item that is not a JSON object")]
    [InlineData("""{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1","timestamp":1,"message":"I0101 kube-apiserver started"}]}""", "a log event of CloudWatch that is no audit event")]
    [InlineData("""{"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","serviceName":"container.googleapis.com"}}""", "an entry of Cloud Logging about another service than k8s.io")]
    [InlineData("""{"protoPayload":{"@type":"type.googleapis.com/other"}}""", "a JSON object without auditID and stage: not an audit event")]
    public void Read_NoAuditEventInIt_SaysSoAndReadsOn(string text, string reason)
    {
        var reading = Reading.Of($"{text}\n{B}\n");

        Assert.Equal([B], reading.Events);
        Assert.StartsWith("log:1:", Assert.Single(reading.Rejections), StringComparison.Ordinal);
        Assert.EndsWith(": " + reason, reading.Rejections[0], StringComparison.Ordinal);
    }

    public static TheoryData<string> LineNames => [.. Envelope.Lines.Keys];

    [Theory]
    [MemberData(nameof(LineNames))]
    public void Read_SomethingBeforeTheEvent_GivesTheEvent(string name)
    {
        foreach (var line in Log.Where((_, i) => i % 37 == 0).Append(A))
        {
            var text = $"{B}\n{Envelope.Lines[name](line)}\n{B}\n{Envelope.Lines[name](A)}\n";
            foreach (int[] chunks in new int[][] { [], [70], [1_000] })
            {
                var reading = Reading.Of(text, chunks);

                Assert.Equal([B, line, B, A], reading.Events);
                Assert.All(reading.Rejections, rejection => Assert.EndsWith("a line that a component of Kubernetes has logged of itself", rejection, StringComparison.Ordinal));
            }
        }
    }

    [Theory]
    [InlineData("2026-11-20T10:00:01.5Z stdout P {\"auditID\":\n", "a piece of a long line without the rest of it")]
    [InlineData("2026-11-20T10:00:01.5Z stdout F x\"}\n", "a line of a container's log that is no JSON")]
    [InlineData("2026-11-20T10:00:01.5Z stderr F I1120 10:00:01.000000       1 trace.go:236] x\n", "a line that a component of Kubernetes has logged of itself")]
    [InlineData("I1120 10:00:01.000000       1 trace.go:236] x\n", "a line that a component of Kubernetes has logged of itself")]
    [InlineData("2026-11-20T10:00:01.5Z stdout F {\"kind\":\"Event\"}\n", "a JSON object that is no audit event, after something else on its line")]
    [InlineData("2026-11-20T10:00:01.5Z {\"kind\":\"Event\n", "broken JSON, or JSON that ends too early, after something else on its line")]
    [InlineData("\u001f\u0008\u0001x\n", "compressed data: with HTTP, say so by the header Content-Encoding; in messages of Kafka, let the producer compress them")]
    [InlineData("---\n", "YAML: let gcloud print JSON with --format=json, and kubectl with -o json")]
    [InlineData("rubbish {x}\n", "not a JSON object")]
    public void Read_LineWithoutAnEvent_SaysSoAndReadsOn(string text, string reason)
    {
        var reading = Reading.Of($"{A}\n{text}{B}\n");

        Assert.Equal([A, B], reading.Events);
        Assert.EndsWith(": " + reason, Assert.Single(reading.Rejections), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_PieceWithoutABraceThatArrivesInParts_IsJoined()
    {
        var line = $$"""{"auditID":"a","verb":"create","user":{},"requestObject":"{{new string('x', 40_000)}}"}""";
        var text = $"2026-11-20T10:00:01.5Z stdout P {line[..100]}\n2026-11-20T10:00:01.5Z stdout P {line[100..20_000]}\n2026-11-20T10:00:01.5Z stdout F {line[20_000..]}\n";

        var reading = Reading.Of(text, 5_000);

        Assert.Equal([line], reading.Events);
        Assert.Empty(reading.Rejections);
    }

    [Fact]
    public void Read_HalfWithoutTheRest_LosesOnlyThat()
    {
        var reading = Reading.Of($"2026-11-20T10:00:01.5Z stdout P {A[..20]}\n2026-11-20T10:00:01.5Z stdout F {B}\n2026-11-20T10:00:01.5Z stdout F {A}\n");

        Assert.Equal([B, A], reading.Events);
        Assert.EndsWith("a piece of a long line without the rest of it", Assert.Single(reading.Rejections), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TextAfterTheEvent_LosesOnlyThat()
    {
        var reading = Reading.Of($$"""{"log":{{Envelope.Text(A + " and more")}}}""");

        Assert.Equal([A], reading.Events);
        Assert.EndsWith("text after the JSON in an envelope", Assert.Single(reading.Rejections), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SeveralInOneDelivery_GivesAll()
    {
        foreach (var text in new[] { $"{A}\n{B}\n", $"{A}{B}", $"[{A},{B}]" })
        {
            Assert.Equal([A, B], Reading.Of($$"""{"records":[{"data":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}}"}]}""").Events);
        }
    }

    [Theory]
    [InlineData("""{"TimeGenerated":"2026-11-20T10:00:00Z","Level":"Request","AuditId":"a","Stage":"ResponseComplete","RequestUri":"/a","Verb":"get","User":{"username":"jane"},"SourceIps":["10.0.5.7"],"UserAgent":"","ObjectRef":null,"ResponseStatus":{"code":200},"RequestObject":"skipped-too-big-size-object","Type":"AKSAudit"}""")]
    [InlineData("""{"TimeGenerated":"2026-11-20T10:00:00Z","Level":"Request","AuditId":"a","Stage":"ResponseComplete","RequestUri":"/a","Verb":"get","User":"{\"username\":\"jane\"}","SourceIps":"[\"10.0.5.7\"]","ResponseStatus":"{\"code\":200}","RequestObject":"skipped-too-big-size-object","TableName":"PrimaryResult"}""")]
    public void Read_RowOfAzure_IsTranslated(string row)
    {
        using var batch = Reading.One(row);

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"a","stage":"ResponseComplete","requestURI":"/a","verb":"get","user":{"username":"jane"},"sourceIPs":["10.0.5.7"],"responseStatus":{"code":200},"requestObject":"skipped-too-big-size-object","timestamp":"2026-11-20T10:00:00Z"}"""),
            JsonNode.Parse(batch[0].Json)), Encoding.UTF8.GetString(batch[0].Json));
        Assert.Equal((0, 1), (batch.UntimedCount, batch.TruncatedCount));
    }

    [Fact]
    public void Read_RowOfAzureByTheApi_IsTranslated()
    {
        using var batch = Reading.One("""{"tables":[{"name":"PrimaryResult","columns":[{"name":"AuditId","type":"string"},{"name":"Stage","type":"string"},{"name":"Verb","type":"string"},{"name":"User","type":"dynamic"},{"name":"Type"}],"rows":[["a","ResponseComplete","get","{\"username\":\"jane\"}"]]}]}""");

        Assert.Equal("""{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a","stage":"ResponseComplete","verb":"get","user":{"username":"jane"}}""", Encoding.UTF8.GetString(batch[0].Json));
    }

    [Theory]
    [InlineData("""{"tables":[{"name":"x","columns":[{"name":"a"}],"rows":[["b"],[7],[]]}]}""", 3)]
    [InlineData("""{"results":[[{"field":"verb","value":"get"}]],"status":"Complete"}""", 1)]
    [InlineData("""{"streams":[{"stream":{},"values":[["1","no JSON"]]}]}""", 1)]
    [InlineData("""{"Records":[{"eventName":"DescribeCluster","eventSource":"eks.amazonaws.com"}]}""", 1)]
    public void Read_TableWithoutAnEvent_CountsEveryRow(string text, int rows)
    {
        var reading = Reading.Of($"{text}\n{A}\n");

        Assert.Equal([A], reading.Events);
        Assert.Equal(rows, reading.RejectedCount);
    }

    [Fact]
    public void Read_TextsInAnArray_GivesTheirEvents()
    {
        foreach (int[] chunks in new int[][] { [], [70] })
        {
            var reading = Reading.Of($"[\n  {Envelope.Text(A)},\n  {Envelope.Text(B)},\n  \"no event\",\n [[{A}]]\n]", chunks);

            Assert.Equal([A, B, A], reading.Events);
            Assert.Equal(["log:4:3: an item that is not a JSON object"], reading.Rejections);
        }
    }

    [Fact]
    public void Read_PrettyPrintedByAwsLogsTail_GivesEveryEvent()
    {
        var (a, b) = (A.Replace("{\"auditID", "{\n    \"auditID", StringComparison.Ordinal), B.Replace("{\"auditID", "{\n    \"auditID", StringComparison.Ordinal));
        foreach (int[] chunks in new int[][] { [], [70] })
        {
            var reading = Reading.Of($"2026-11-20T10:00:01.511000+00:00 kube-apiserver-audit-9001 {a}\n2026-11-20T10:00:01.511000+00:00 kube-apiserver-audit-9001 {b}\n", chunks);

            Assert.Equal([a, b], reading.Events);
            Assert.Empty(reading.Rejections);
        }
    }

    [Fact]
    public void Read_EventParsedByACollector_IsTranslated()
    {
        const string body = """{"kvlistValue":{"values":[{"key":"auditID","value":{"stringValue":"a"}},{"key":"verb","value":{"stringValue":"get"}},{"key":"user","value":{"kvlistValue":{"values":[{"key":"groups","value":{"arrayValue":{"values":[{"stringValue":"g"}]}}}]}}},{"key":"responseStatus","value":{"kvlistValue":{"values":[{"key":"code","value":{"intValue":"201"}},{"key":"x","value":{"boolValue":true}},{"key":"y","value":{"doubleValue":1.5}}]}}}]}}""";

        var reading = Reading.Of($$"""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{{body}} }]}]}]}""");

        Assert.Equal(["""{"auditID":"a","verb":"get","user":{"groups":["g"]},"responseStatus":{"code":201,"x":true,"y":1.5}}"""], reading.Events);
    }

    [Fact]
    public void Read_OneOfSeveralIsBroken_GivesTheOthers()
    {
        var reading = Reading.Of(Envelope.CloudWatch(A, "{\"auditID\":", B));

        Assert.Equal([A, B], reading.Events);
        Assert.EndsWith("broken JSON, or JSON that ends too early, in an envelope", Assert.Single(reading.Rejections), StringComparison.Ordinal);
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
        var events = Wrapped(Envelope.CloudWatch([.. Enumerable.Repeat("{\"auditID\":\"\",\"user\":{},\"verb\":\"get\"}", 100_000)]));

        var (none, bounded) = await Task.Run(() => (Reading.Of(many), Reading.Of(events))).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(300_000, none.RejectedCount);
        Assert.Equal(65_536, bounded.Events.Count);
        Assert.Equal(100_000 - 65_536, bounded.RejectedCount);
    }

    private static string Wrapped(string text) => $$"""{"message":{{Envelope.Text(text)}}}""";
}
