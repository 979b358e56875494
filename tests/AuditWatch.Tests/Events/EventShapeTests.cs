using System.Text;
using AuditWatch.Events;

namespace AuditWatch.Tests.Events;

/// <summary>What is an audit event, and what only looks like one.</summary>
public class EventShapeTests
{
    [Theory]
    [InlineData("""{"auditID":"a","verb":"get","user":{}}""")]
    [InlineData("""{"stage":"ResponseComplete","verb":"get","user":{"username":"jane"}}""")]
    [InlineData("""{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a","verb":"get","user":{}}""")]
    [InlineData("""{"kind":"Event","apiVersion":"audit.k8s.io\/v1beta1","auditID":"a","verb":"get","user":{"uid":"1"}}""")]
    [InlineData("""{"kind":"\u0045vent","auditID":"a","verb":"","user":{"groups":[]}}""")]
    public void Read_AuditEvent_IsTaken(string text)
    {
        Assert.Equal([text], Reading.Of(text + "\n").Events);
        Assert.Equal([text], Reading.Of($"[ {text} ]").Events);
    }

    [Theory]
    [InlineData("{}", "a JSON object without auditID and stage: not an audit event")]
    [InlineData("""{"verb":"get","user":{"username":"jane"}}""", "a JSON object without auditID and stage: not an audit event")]
    [InlineData("""{"auditID":"a","stage":"ResponseComplete"}""", "a JSON object with an auditID or a stage, but without verb or user: not an audit event")]
    [InlineData("""{"auditID":"a","stage":"ResponseComplete","verb":"get"}""", "a JSON object with an auditID or a stage, but without verb or user: not an audit event")]
    [InlineData("""{"auditID":"a","stage":"ResponseComplete","user":{}}""", "a JSON object with an auditID or a stage, but without verb or user: not an audit event")]
    [InlineData("""{"auditID":"a","verb":"get","user":"jane"}""", "a JSON object with an auditID or a stage, but without verb or user: not an audit event")]
    [InlineData("""{"auditID":"a","verb":null,"user":{}}""", "a JSON object with an auditID or a stage, but without verb or user: not an audit event")]
    [InlineData("""{"kind":"Event","apiVersion":"v1","auditID":"a","verb":"get","user":{}}""", "an object of another kind than the Event of audit.k8s.io")]
    [InlineData("""{"kind":"Policy","apiVersion":"audit.k8s.io/v1","auditID":"a","verb":"get","user":{}}""", "an object of another kind than the Event of audit.k8s.io")]
    [InlineData(
        """{"auditID":"30022177","requestURI":"/v3/tokens","user":{"name":"user-f4tt2","group":["system:authenticated"]},"verb":"POST","stage":"ResponseComplete","responseStatus":"201"}""",
        "a record of Rancher's API audit log, which is not the audit log of a cluster's API server")]
    [InlineData(
        """{"auditID":"30022177","requestURI":"/v3/tokens","user":{},"verb":"POST","stage":"ResponseComplete","responseStatus":"401"}""",
        "a record of Rancher's API audit log, which is not the audit log of a cluster's API server")]
    public void Read_AnythingElse_IsRejectedAndNamed(string text, string reason)
    {
        foreach (var form in new[] { $"{text}\n", $"[{text}]", $" {text}" })
        {
            var reading = Reading.Of(form);

            Assert.Empty(reading.Events);
            Assert.EndsWith(": " + reason, Assert.Single(reading.Rejections), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("201", 201)]
    [InlineData("201.0", 201)]
    [InlineData("201.00", 201)]
    [InlineData("\"201\"", 201)]
    [InlineData("\"201.0\"", 201)]
    [InlineData("20.5", null)]
    [InlineData("\"Created\"", null)]
    [InlineData("\"\"", null)]
    [InlineData("-1.0", null)]
    [InlineData("{}", null)]
    public void Read_StatusCode_IsANumberHoweverItIsWritten(string code, int? expected)
    {
        foreach (var text in new[] { Event(code) + "\n", $"[{Event(code)}]" })
        {
            using var batch = Reading.One(text);

            Assert.Equal(expected, batch[0][EventField.ResponseStatusCode].TryGetInt64(out var number) ? (int)number : null);
            Assert.Contains(code, Encoding.UTF8.GetString(batch[0].Json), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"level":"Request","annotations":{"audit.k8s.io/truncated":"true"}}""", 1)]
    [InlineData("""{"level":"Request","annotations":{"audit.k8s.io/truncated":"false"}}""", 0)]
    [InlineData("""{"level":"Request","annotations":{"x":"audit.k8s.io/truncated"}}""", 0)]
    [InlineData("""{"level":"Request"}""", 0)]
    [InlineData("""{"level":"Request","requestObject":"skipped-too-big-size-object"}""", 1)]
    [InlineData("""{"level":"RequestResponse","requestObject":{},"responseObject":"skipped-too-big-size-object"}""", 1)]
    [InlineData("""{"level":"RequestResponse","requestObject":{},"responseObject":{"a":"skipped-too-big-size-object"}}""", 0)]
    [InlineData("""{"level":"Metadata"}""", 0)]
    public void Read_BodyTooLargeToBeRecorded_IsCounted(string members, int truncated)
    {
        using var batch = Reading.One(SmallEvent.With(members[1..^1]));

        Assert.Equal(truncated, batch.TruncatedCount);
    }

    private static string Event(string code) => SmallEvent.With($"\"responseStatus\":{{\"code\":{code}}}");
}
