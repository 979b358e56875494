using System.Text;
using AuditWatch.Events.Derived;
using AuditWatch.Tests.Detection.Sigma;

namespace AuditWatch.Tests.Events.Derived;

public sealed class RbacDecisionTests
{
    // Many times as many as a thread remembers, so that places are shared, and each twice.
    [Fact]
    public void Of_ManyReasons_EachEventGetsItsOwn()
    {
        var text = string.Concat(Enumerable.Range(0, 5_000).SelectMany(i => Enumerable.Repeat(
            $$$"""{"auditID":"a","stage":"ResponseComplete","verb":"get","user":{"username":"u"},"annotations":{"authorization.k8s.io/reason":"RBAC: allowed by RoleBinding \"b{{{i}}}/n{{{i}}}\" of Role \"r{{{i}}}\" to ServiceAccount \"s{{{i}}}/t\""}}""", 2)));
        using var batch = Rule.Events(text);
        Assert.Equal(10_000, batch.Count);

        for (var i = 0; i < batch.Count; i++)
        {
            var decision = RbacDecision.Of(batch[i]);
            Assert.Equal(($"b{i / 2}", $"n{i / 2}", $"r{i / 2}", $"serviceaccount:t/s{i / 2}"), (Text(decision.Binding), Text(decision.Namespace), Text(decision.Role), Text(decision.Subject)));
        }
    }

    [Fact]
    public void Of_SameReasonAgain_IsNotReadAgain()
    {
        using var batch = Rule.Events(string.Concat(Enumerable.Repeat("""{"auditID":"a","stage":"ResponseComplete","verb":"get","user":{"username":"u"},"annotations":{"authorization.k8s.io/reason":"RBAC: allowed by ClusterRoleBinding \"b\" of ClusterRole \"r\" to Group \"g\""}}""", 2)));

        Assert.Same(RbacDecision.Of(batch[0]), RbacDecision.Of(batch[1]));
    }

    private static string Text(byte[] utf8) => Encoding.UTF8.GetString(utf8);
}
