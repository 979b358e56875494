using AuditWatch.Detection;
using AuditWatch.Monitoring;
using AuditWatch.Tests.Detection.Sigma;

namespace AuditWatch.Tests.Monitoring;

public class EvidenceWatchTests
{
    private const string Created = """
        {"auditID":"a","stage":"ResponseComplete","verb":"create","user":{"username":"jane"},"objectRef":{"resource":"clusterroles","apiGroup":"rbac.authorization.k8s.io"},"responseStatus":{"code":201}}
        """;

    private const string ExecEnded = """
        {"auditID":"a","stage":"ResponseComplete","verb":"create","user":{"username":"jane"},"objectRef":{"resource":"pods","subresource":"exec"},"responseStatus":{"code":101}}
        """;

    private static readonly EvidenceNeeds Shipped = EvidenceNeeds.Of(DetectionLoader.Load([RepositoryFiles.Detections], []));

    private readonly EvidenceWatch _watch = new(Shipped);

    [Fact]
    public void Missing_ChangesWithoutBodiesTimeAfterTime_NamesTheResourceAndWhoNeedsIt()
    {
        Add(Created, EvidenceWatch.Enough - 1);
        Assert.Empty(_watch.Missing);

        Add(Created, 1);
        var missing = Assert.Single(_watch.Missing);
        Assert.Equal("bodies of clusterroles.rbac.authorization.k8s.io: the last 20 changes are recorded without", missing.What);
        Assert.Contains("privileged_role_created", missing.Detections);
        Assert.DoesNotContain("administrator_group_used", missing.Detections);
    }

    [Theory]
    [InlineData("\"verb\"", "\"requestObject\":{},\"verb\"")]
    [InlineData("\"verb\"", "\"responseObject\":{},\"verb\"")]
    public void Missing_OneChangeWithABody_IsNothing(string part, string with)
    {
        Add(Created, EvidenceWatch.Enough);
        Add(Created.Replace(part, with, StringComparison.Ordinal), 1);

        Assert.Empty(_watch.Missing);
    }

    [Theory]
    [InlineData("201", "409")]
    [InlineData("clusterroles", "secrets")]
    [InlineData("rbac.authorization.k8s.io", "example.com")]
    [InlineData("create", "get")]
    [InlineData("ResponseComplete", "RequestReceived")]
    public void Missing_EventsThatHaveNoBodyAnyway_IsNothing(string part, string with)
    {
        Add(Created.Replace(part, with, StringComparison.Ordinal), 2 * EvidenceWatch.Enough);

        Assert.Empty(_watch.Missing);
    }

    [Fact]
    public void Missing_ExecsThatOnlyEnd_NamesTheStageAndWhoNeedsIt()
    {
        Add(ExecEnded, EvidenceWatch.Enough);

        var missing = Assert.Single(_watch.Missing);
        Assert.StartsWith("the stage ResponseStarted", missing.What, StringComparison.Ordinal);
        Assert.Contains("exec_into_pod", missing.Detections);
        Assert.DoesNotContain("forbidden_request", missing.Detections);
    }

    [Fact]
    public void Missing_OneExecThatBegins_IsNothing()
    {
        Add(ExecEnded, EvidenceWatch.Enough);
        Add(ExecEnded.Replace("ResponseComplete", "ResponseStarted", StringComparison.Ordinal), 1);
        Add(ExecEnded, EvidenceWatch.Enough);

        Assert.Empty(_watch.Missing);
    }

    [Fact]
    public void Missing_InvalidCredentials_AreNoBeginning()
    {
        Add("""{"auditID":"a","stage":"ResponseStarted","verb":"list","user":{},"objectRef":{"resource":"pods"},"responseStatus":{"code":401}}""", 1);
        Add(ExecEnded, EvidenceWatch.Enough);

        Assert.Single(_watch.Missing);
    }

    private void Add(string json, int times)
    {
        using var batch = Rule.Events(json);
        for (var i = 0; i < times; i++)
        {
            _watch.Add(batch[0]);
        }
    }
}
