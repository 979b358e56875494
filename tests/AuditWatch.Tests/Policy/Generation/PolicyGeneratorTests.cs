using System.Text.Json.Nodes;
using AuditWatch.Detection;
using AuditWatch.Policy;
using AuditWatch.Policy.Generation;
using AuditWatch.Policy.Linting;
using AuditWatch.RuleTesting;

namespace AuditWatch.Tests.Policy.Generation;

public class PolicyGeneratorTests
{
    private static readonly DetectionSet Shipped = DetectionLoader.Load([RepositoryFiles.Detections], []);
    private static readonly string Generated = PolicyGenerator.Generate(Shipped, omitNoise: false);

    [Fact]
    public void Generate_ShippedDetections_LetsEachSeeAllItNeeds() =>
        Assert.All(CoverageEvaluator.Evaluate(Parse(Generated), Shipped), one => Assert.True(one.Verdict == Verdict.Sees, one.Detection.Name));

    [Fact]
    public void Generate_EventsThatDetectionsFind_AreFoundAsRecorded()
    {
        var policy = Parse(Generated);
        var looked = 0;
        foreach (var test in DetectionTestLoader.Load([RepositoryFiles.Detections], Shipped, []).Where(test => test.Fires))
        {
            var rule = Shipped.Rules.First(rule => rule.Name == test.Detection);
            foreach (var auditEvent in rule.Search is null ? [] : test.Events)
            {
                var request = RecordedEvent.RequestOf(auditEvent);
                if (IsFound(rule, auditEvent, request, new PolicyDecision(AuditLevel.RequestResponse, AuditStages.None, null)) && !IsKnownByItsBody(auditEvent))
                {
                    looked++;
                    Assert.True(IsFound(rule, auditEvent, request, policy.Decide(request)), $"{test.Location}: {test.Name}");
                }
            }
        }

        Assert.InRange(looked, 100, int.MaxValue);
    }

    [Fact]
    public void Generate_Credentials_AreNeverRecorded()
    {
        var said = new Diagnostics();
        PolicyLint.Check(Parse(Generated), said);

        // These look into ConfigMaps, and could not work otherwise.
        Assert.StartsWith("Request of configmaps", Assert.Single(said).Message, StringComparison.Ordinal);
        Assert.Empty(Said(Shipped with { Rules = [.. Shipped.Rules.Where(rule => rule.Name is not ("credentials_in_config_map" or "password_in_config_map" or "ingress_snippet_set"))] }));
    }

    [Fact]
    public void Generate_Twice_IsTheSame() =>
        Assert.Equal(Generated, PolicyGenerator.Generate(DetectionLoader.Load([RepositoryFiles.Detections], []), omitNoise: false));

    [Fact]
    public void Generate_ShippedDetections_IsTheDeployedPolicy() =>
        Assert.Equal(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "deploy", "kube-apiserver", "audit-policy.yaml")), Generated);

    [Fact]
    public void Generate_OmittingNoise_LeavesNothingBlindOrWithoutBody()
    {
        var policy = Parse(PolicyGenerator.Generate(Shipped, omitNoise: true));

        Assert.Equal(AuditLevel.None, policy.Decide(new PolicyRequest { Verb = "get", User = "kubelet", Path = "/healthz" }).Level);
        Assert.All(CoverageEvaluator.Evaluate(policy, Shipped), one => Assert.True(one.Verdict is Verdict.Sees or Verdict.SeesPart, one.Detection.Name));
    }

    [Fact]
    public void Generate_OneDetection_RecordsThatAndNothingElse()
    {
        var text = PolicyGenerator.Generate(Shipped.Of(Shipped.Rules.First(rule => rule.Name == "exec_into_system_pod")), omitNoise: true);

        Assert.EndsWith("""

              # Who asks for what.
              # exec_into_system_pod
              - level: Metadata
                resources:
                  - {group: "", resources: [pods/attach, pods/exec]}
                namespaces: [kube-system]

            """, text, StringComparison.Ordinal);
        Assert.Single(Parse(text).Rules);
    }

    private static Diagnostics Said(DetectionSet detections)
    {
        var said = new Diagnostics();
        PolicyLint.Check(Parse(PolicyGenerator.Generate(detections, omitNoise: false)), said);
        return said;
    }

    private static bool IsFound(DetectionRule rule, JsonObject auditEvent, PolicyRequest request, PolicyDecision decision) =>
        RecordedEvent.IsFound(rule, auditEvent, request, decision);

    // Found in a body that is no business of a log: otherwise by what follows, or not at all.
    private static bool IsKnownByItsBody(JsonObject auditEvent) =>
        RecordedEvent.RequestOf(auditEvent) is { Resource: "secrets" } or { Subresource: "token" } && (auditEvent["requestObject"] ?? auditEvent["responseObject"]) is not null;

    private static AuditPolicy Parse(string text)
    {
        var said = new Diagnostics();
        var policy = PolicyParser.Parse("policy.yaml", text, said);
        Assert.Empty(said);
        return policy!;
    }
}
