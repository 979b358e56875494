using System.Text;
using AuditWatch.Composites;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.Tests.Detection.Sigma;
using AuditWatch.Tests.Events;

namespace AuditWatch.Tests.Detection;

public class RequestSnapshotTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("chosen by the client")]
    [InlineData("c3416ce5-7af3-4418-8679-988f7d4aa6e3")]
    [InlineData("C3416CE5-7AF3-4418-8679-988F7D4AA6E3")]
    [InlineData("{c3416ce5-7af3-4418-8679-988f7d4aa6e3}")]
    [InlineData("c3416ce57af344188679988f7d4aa6e3")]
    [InlineData(" c3416ce5-7af3-4418-8679-988f7d4aa6e3")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public void AuditId_AnyText_IsWhatWasGiven(string? id) => Assert.Equal(id, new RequestSnapshot { AuditId = id }.AuditId);

    [Fact]
    public void SharingWith_Another_ChangesNothing()
    {
        var first = new RequestSnapshot { AuditId = "a", Verb = "get", RequestUri = new string('u', 3), ObjectRef = new ObjectReference(null, "pods", "exec", "web", "shell"), Command = "id", Code = 101, Changes = ["set a: 1", "removed b"] };
        var second = first with { AuditId = "b", RequestUri = new string('u', 3), Changes = ["set a: 1", "removed b"], ObjectRef = new ObjectReference(null, "pods", "exec", "web", "shell"), Command = "ls", Code = 403 };

        var shared = second.SharingWith(first);

        Assert.Equal(second, shared);
        Assert.Same(first.RequestUri, shared.RequestUri);
        Assert.Same(first.ObjectRef, shared.ObjectRef);
        Assert.Same(first.ChangesText, shared.ChangesText);
        Assert.Equal(["set a: 1", "removed b"], shared.Changes);
    }

    [Fact]
    public void Changes_OfAFindingThatWaitsInTheState_AreThereAfterwards()
    {
        var rule = Rule.Load("selection: {verb: patch}\ncondition: selection");
        var finding = Rule.Match(rule, SmallEvent.With(""" "verb":"patch","requestObject":{"spec":{"hostPID":true}} """.Trim()))!;

        var read = KeptRecord.Read(KeptRecord.From(new KeptFinding { Id = 1, Finding = finding, IsShown = true, Time = 0, Sequence = 0, Account = "" }).Write()).Of(new DetectionSet([rule]))!;

        Assert.Equal(["set spec.hostPID: true"], read.Request.Changes);
        Assert.Equal(finding.KeptRequest, read.Request);
    }

    [Fact]
    public void Changes_OfAFindingThatOnlyCounts_AreNotWorkedOut()
    {
        using var batch = Rule.Events(SmallEvent.With(""" "verb":"patch","requestObject":{"spec":{"hostPID":true}} """.Trim()));
        var found = new List<Finding>();
        new DetectionEngine(new DetectionSet([Rule.Load("selection: {verb: patch}\ncondition: selection")])).Detect(batch, found);

        Assert.Empty(Assert.Single(found).Request.Changes);
        Assert.Empty(found[0].MaterializeCounted().KeptRequest.Changes);
    }

    [Theory]
    [InlineData("""{"arn":["arn:aws:sts::111122223333:assumed-role/Admin/jane"],"sessionName":["jane"],"accessKeyId":["ASIAIOSFODNN7EXAMPLE"],"principalId":["AROA"]}""",
        "arn:aws:sts::111122223333:assumed-role/Admin/jane, session jane, access key ASIAIOSFODNN7EXAMPLE")]
    [InlineData("""{"oid":["0b7e4a52-0000-4000-8000-000000000002"]}""", "object id 0b7e4a52-0000-4000-8000-000000000002")]
    [InlineData("""{"iam.googleapis.com/delegatedBy":["a@x.example","b@x.example"]}""", "through a@x.example, b@x.example")]
    [InlineData("""{"sessionName":["--password hunter2"]}""", "session --password <redacted>")]
    [InlineData("""{"sessionName":["a\nidentity:arn:aws:iam::1:root"]}""", "session a identity:arn:aws:iam::1:root")]
    [InlineData("""{"authentication.kubernetes.io/node-name":["n1"]}""", null)]
    [InlineData("""{"arn":{"a":"b"}}""", "{…}")]
    [InlineData("7", null)]
    public void CloudIdentity_ExtraOfTheUser_IsWhatTheCloudSays(string extra, string? expected)
    {
        var snapshot = SnapshotOf("""{"auditID":"1","stage":"ResponseComplete","verb":"get","user":{"username":"admin","extra":""" + extra + "}}");

        Assert.Equal(expected, snapshot.CloudIdentity);
        Assert.Equal(snapshot.Related, new RequestSnapshot { Related = snapshot.Related }.Related);
    }

    private static RequestSnapshot SnapshotOf(string json)
    {
        using var batch = new EventBatch(new EventOrigin("test"), DateTimeOffset.UnixEpoch);
        batch.Append(Encoding.UTF8.GetBytes(json + "\n"));
        new AuditEventReader("test").Read(batch, isFinal: true);
        return RequestSnapshot.Of(batch[0]);
    }
}
