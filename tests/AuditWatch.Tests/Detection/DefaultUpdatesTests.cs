using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Tests.Detection.Sigma;
using AuditWatch.Tests.Events;

namespace AuditWatch.Tests.Detection;

/// <summary>A rule that says nothing of <c>updates</c>: whoever goes on behind the alert that is open already is seen by what is new in it.</summary>
public sealed class DefaultUpdatesTests
{
    [Theory]
    [InlineData("request.kind", """ "objectRef":{"resource":"VALUE"} """, "pods|nodes", "create pods|create nodes")]
    [InlineData("binding.role", """ "objectRef":{"resource":"rolebindings","apiGroup":"rbac.authorization.k8s.io"},"requestObject":{"kind":"RoleBinding","roleRef":{"kind":"ClusterRole","name":"VALUE"}} """, "view|admin", "view|admin")]
    [InlineData("binding.subjects", """ "objectRef":{"resource":"rolebindings","apiGroup":"rbac.authorization.k8s.io"},"requestObject":{"kind":"RoleBinding","subjects":[{"kind":"User","name":"VALUE"}]} """, "joe|mallory", "user:joe|user:mallory")]
    [InlineData("command", """ "objectRef":{"resource":"pods","subresource":"exec"},"requestURI":"/exec?command=VALUE" """, "id|whoami", "id|whoami")]
    [InlineData("containers.image", """ "objectRef":{"resource":"pods"},"requestObject":{"kind":"Pod","spec":{"containers":[{"name":"c","image":"VALUE"}]}} """, "nginx|xmrig", "nginx|xmrig")]
    [InlineData("clientIP", """ "sourceIPs":["VALUE"] """, "203.0.113.7|203.0.113.8", "203.0.113.7|203.0.113.8")]
    [InlineData("outcome", """ "responseStatus":{"code":VALUE} """, "403|201", "denied|allowed")]
    public void Apply_RepeatWithAnotherValue_BothAreKept(string field, string members, string values, string expected)
    {
        var rule = Rule.Load("selection:\n  user.username: jane\ncondition: selection");
        using var batch = Rule.Events(string.Join('\n', values.Split('|').Select((value, n) => SmallEvent.With(
            $$""" "requestReceivedTimestamp":"2026-11-21T00:00:00.000000Z","user":{"username":"jane"},"verb":"create",{{members.Replace("VALUE", value, StringComparison.Ordinal)}} """, $"{n}"))));
        var found = new List<Finding>();
        new DetectionEngine(new DetectionSet([rule])).Detect(batch, found);

        var alert = AlertBook.OnWallClock(new VirtualTime()).Apply(found)[^1].Alert;

        Assert.Equal(2, alert.Count);
        Assert.Equal(expected.Split('|'), alert.Updates.Where(update => update.Field == field).Select(update => update.Value));
    }
}
