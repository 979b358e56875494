using System.Text.Json.Nodes;
using AuditWatch.Detection.Linting;
using AuditWatch.Tests.Detection.Sigma;

namespace AuditWatch.Tests.Detection.Linting;

public class MistypedNamesTests
{
    [Theory]
    [InlineData("{objectRef.resource: pod}", "resources are named in the plural; did you mean 'pods'?")]
    [InlineData("{objectRef.resource: [secrets, NetworkPolicy]}", "did you mean 'networkpolicies'?")]
    [InlineData("{objectRef.resource: pods/exec}", "write 'objectRef.resource: pods' and 'objectRef.subresource: exec'")]
    [InlineData("{podSpec.hostPId: true}", "'hostPId'; did you mean 'hostPID'?")]
    [InlineData("{changedContainers.securityContext.priviliged: true}", "did you mean 'privileged'?")]
    [InlineData("{objectRef.resource: pods, requestObject.spec.contaners.image: x}", "no object of Kubernetes has 'requestObject.spec.contaners.image': 'contaners'; did you mean 'containers'?")]
    [InlineData("{objectRef.resource: [roles, clusterroles], object.rules|any: {verb: '\\*'}}", "'verb'; did you mean 'verbs'?")]
    public void Report_NearlyANameOfKubernetes_IsAnError(string selection, string expected)
    {
        foreach (var detection in new[] { $"s: {selection}\ncondition: s", $"a: {{verb: create}}\nf: {selection}\ncondition: a and not f" })
        {
            var said = Assert.Single(Said(detection));
            Assert.Equal(DiagnosticSeverity.Error, said.Severity);
            Assert.Contains(expected, said.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{requestObject.spec.contaners: x}", "no resource of Kubernetes has 'requestObject.spec.contaners': 'contaners'; did you mean 'containers'? If it is a custom resource's")]
    [InlineData("{verb: create, object.spec.contaners.image: x}", "did you mean 'containers'?")]
    [InlineData("{object.spec.template.spec.contaners.image: x}", "did you mean 'containers'?")]
    [InlineData("{change.metadata.lables.app: x}", "'lables'; did you mean 'labels'?")]
    public void Report_NearlyANameOfKubernetesForAnyResource_IsAWarning(string selection, string expected)
    {
        foreach (var detection in new[] { $"s: {selection}\ncondition: s", $"a: {{verb: create}}\nf: {selection}\ncondition: a and not f" })
        {
            var said = Assert.Single(Said(detection));
            Assert.Equal(DiagnosticSeverity.Warning, said.Severity);
            Assert.Contains(expected, said.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{requestObject.spec.containers.image: x}")]
    [InlineData("{requestObject.spec.template.spec.containers.image: x}")]
    [InlineData("{requestObject.spec.somethingNew: x}")]
    [InlineData("{responseObject.items.metadata.name: x}")]
    [InlineData("{requestObject.propagationPolicy: Orphan}")]
    [InlineData("{objectRef.apiGroup: example.com, requestObject.spec.contaners: x}")]
    [InlineData("{objectRef.resource|startswith: wid, requestObject.spec.contaners: x}")]
    [InlineData("{requestObject.kind: Widget, requestObject.spec.contaners: x}")]
    [InlineData("{objectRef.subresource: proxy, requestObject.spec.contaners: x}")]
    [InlineData("{objectRef.resource: widgets, requestObject.spec.contaners: x}")]
    [InlineData("{objectRef.resource: pods, requestObject.spec.somethingNew: x}")]
    [InlineData("{objectRef.resource: pods, objectRef.subresource: eviction, requestObject.deleteOption: x}")]
    [InlineData("{objectRef.resource: services, object.spec.internalTrafficPolicy: Local}")]
    [InlineData("{objectRef.resource: pods, object.metadata.annotations.example.com/lables: x}")]
    [InlineData("{objectRef.resource: po*}")]
    [InlineData("{objectRef.resource: [pods, widgets], requestObject.spec.contaners: x}")]
    public void Report_WhatMayBe_SaysNothing(string selection) => Assert.Empty(Said($"s: {selection}\ncondition: s"));

    [Theory]
    [InlineData("""{"verb":"create","objectRef":{"resource":"pods"},"requestObject":{"spec":{"contaners":[]}}}""", "pods have no 'requestObject.spec.contaners': 'contaners'; did you mean 'containers'?")]
    [InlineData("""{"verb":"create","objectRef":{"resource":"pods"},"requestObject":{"spec":{"containers":[{"imagee":"x"}]}}}""", "'imagee'; did you mean 'image'?")]
    [InlineData("""{"verb":"create","objectRef":{"resource":"pods"},"requestObject":{"spec":{"containers":[{"image":"x"}]}}}""", null)]
    [InlineData("""{"verb":"patch","objectRef":{"resource":"pods"},"requestObject":[{"op":"add","path":"/spec"}]}""", null)]
    [InlineData("""{"verb":"list","objectRef":{"resource":"pods"},"responseObject":{"kind":"PodList","items":[]}}""", null)]
    [InlineData("""{"verb":"get","objectRef":{"resource":"widgets"},"responseObject":{"spec":{"contaners":1}}}""", null)]
    public void ProblemIn_EventOfATest_NamesTheField(string json, string? expected)
    {
        var problem = MistypedNames.ProblemIn((JsonObject)JsonNode.Parse(json)!);

        Assert.True(expected is null ? problem is null : problem?.Contains(expected, StringComparison.Ordinal) == true, problem);
    }

    private static List<Diagnostic> Said(string detection)
    {
        var said = new Diagnostics();
        MistypedNames.Report(Rule.Load(detection).Search!.Condition, said);
        return [.. said];
    }
}
