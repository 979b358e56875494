using AuditWatch.Detection;
using AuditWatch.Detection.Linting;

namespace AuditWatch.Tests.Detection.Sigma;

/// <summary>
/// The detection sections of the rules in SigmaHQ's folder rules/application/kubernetes/audit, as of 2026: each loads as it is and finds what it is
/// about, and what in it no event can have is named.
/// </summary>
public class SigmaHqRulesTests
{
    [Theory]
    [InlineData("{objectRef.apiGroup: admissionregistration.k8s.io, objectRef.resource: [mutatingwebhookconfigurations, validatingwebhookconfigurations], verb: [create, delete, patch, replace, update]}",
        """ "verb":"patch","objectRef":{"resource":"mutatingwebhookconfigurations","apiGroup":"admissionregistration.k8s.io"} """)]
    [InlineData("{file_path: ['*-gcc-*', '*gcc*', '*g++*']}",
        """ "verb":"create","requestURI":"/api/v1/namespaces/a/pods/b/exec?command=%2Fusr%2Fbin%2Fgcc","objectRef":{"resource":"pods","subresource":"exec"} """)]
    [InlineData("{objectRef.apiGroup: batch, objectRef.resource: [cronjobs, jobs], verb: [create, delete, patch, replace, update]}",
        """ "verb":"create","objectRef":{"resource":"cronjobs","apiGroup":"batch"} """)]
    [InlineData("{verb: delete, objectRef.resource: deployments}", """ "verb":"delete","objectRef":{"resource":"deployments"} """)]
    [InlineData("{verb: delete, objectRef.resource: events}", """ "verb":"delete","objectRef":{"resource":"events"} """)]
    [InlineData("{verb: create, objectRef.resource: pods, objectRef.subresource: exec}", """ "verb":"create","objectRef":{"resource":"pods","subresource":"exec"} """)]
    [InlineData("{verb: create, objectRef.resource: pods, hostPath: '*'}",
        """ "verb":"create","objectRef":{"resource":"pods"},"requestObject":{"spec":{"volumes":[{"hostPath":{"path":"/"}}]}} """)]
    [InlineData("{verb: create, objectRef.resource: pods, objectRef.namespace: kube-system}", """ "verb":"create","objectRef":{"resource":"pods","namespace":"kube-system"} """)]
    [InlineData("{verb: create, objectRef.resource: pods, capabilities: '*'}",
        """ "verb":"create","objectRef":{"resource":"pods"},"requestObject":{"spec":{"containers":[{"securityContext":{"capabilities":{"add":["SYS_ADMIN"]}}}]}} """)]
    [InlineData("{verb: create, apiGroup: authorization.k8s.io, objectRef.resource: selfsubjectrulesreviews}",
        """ "verb":"create","objectRef":{"resource":"selfsubjectrulesreviews","apiGroup":"authorization.k8s.io"} """)]
    [InlineData("{objectRef.apiGroup: rbac.authorization.k8s.io, objectRef.resource: [clusterrolebindings, rolebindings], verb: [create, delete, patch, replace, update]}",
        """ "verb":"update","objectRef":{"resource":"rolebindings","apiGroup":"rbac.authorization.k8s.io"} """)]
    [InlineData("{verb: list, objectRef.resource: secrets}", """ "verb":"list","objectRef":{"resource":"secrets"} """)]
    [InlineData("{objectRef.resource: secrets, verb: [create, delete, patch, replace, update]}", """ "verb":"delete","objectRef":{"resource":"secrets"} """)]
    [InlineData("{verb: create, objectRef.resource: serviceaccounts}", """ "verb":"create","objectRef":{"resource":"serviceaccounts"} """)]
    [InlineData("{verb: patch, apiGroup: apps, objectRef.resource: deployments}", """ "verb":"patch","objectRef":{"resource":"deployments","apiGroup":"apps"} """)]
    [InlineData("{responseStatus.code: [401, 403]}", """ "responseStatus":{"code":403} """)]
    public void Load_DetectionSection_MatchesWhatItIsAbout(string selection, string members) =>
        Assert.True(Rule.Matches($"selection: {selection}\ncondition: selection", members));

    [Fact]
    public void Check_EnumerationRule_LoadsAndTheImpossibleStatusIsNamed()
    {
        var rule = Rule.Load("""
            selection_request_uri:
              requestURI|re: '%2f(bin%2f(ash|bash|busybox|dash|sh|zsh)|usr%2fbin%2f(curl|kubectl|perl|python|wget))|%20-[icl]'
            selection_user_agent:
              userAgent|contains: [access_matrix, trufflehog]
            selection_status:
              responseStatus.code: 'ALLOW'
            condition: (selection_request_uri or selection_user_agent) and selection_status
            """);
        var said = new Diagnostics();

        DetectionLint.Check(new DetectionSet([rule]), [], said);

        Assert.Contains(said, one => one.Message == "can never match: no event has responseStatus.code 'ALLOW'");
    }
}
