using System.Diagnostics;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Notifications.Rendering;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Notifications.Rendering;

public sealed class NextStepsTests
{
    [Theory]
    [InlineData("create", "", "pods", "exec", "payments", "shell", "kubectl -n 'payments' get pod 'shell' -o wide")]
    [InlineData("list", "", "pods", null, "payments", null, "kubectl -n 'payments' get pods -o wide")]
    [InlineData("get", "", "secrets", null, "payments", "db", "kubectl -n 'payments' describe secrets 'db'")]
    [InlineData("list", "", "secrets", null, null, null, "kubectl get secrets -A -o wide")]
    [InlineData("delete", "", "secrets", null, "payments", "db", "kubectl -n 'payments' get events --field-selector involvedObject.name='db'")]
    [InlineData("create", "rbac.authorization.k8s.io", "clusterroles", null, null, "god", "kubectl describe clusterroles.rbac.authorization.k8s.io 'god'")]
    [InlineData("create", "rbac.authorization.k8s.io", "clusterrolebindings", null, null, "system:pwn", "kubectl describe clusterrolebindings.rbac.authorization.k8s.io 'system:pwn'")]
    [InlineData("create", "", "serviceaccounts", "token", "payments", "app", "kubectl -n 'payments' describe serviceaccounts 'app'")]
    [InlineData("create", "authorization.k8s.io", "selfsubjectrulesreviews", null, null, null, "kubectl get events -A --sort-by=.lastTimestamp")]
    [InlineData("get", "", "pods", null, "-x", "--token=1", "kubectl get pods -o wide")]
    [InlineData("get", "", "--raw", null, null, "a", "kubectl get events -A --sort-by=.lastTimestamp")]
    public void For_Object_LooksAtIt(string verb, string group, string resource, string? subresource, string? space, string? name, string expected)
    {
        var request = new RequestSnapshot { Verb = verb, ObjectRef = new ObjectReference(group.Length == 0 ? null : group, resource, subresource, space, name) };

        Assert.Equal(expected, NextSteps.For(SampleAlert.Exec() with { Requests = [request] })[0]);
    }

    [Theory]
    [InlineData("jane@example.com", "kubectl auth can-i --list --as='jane@example.com'", "kubectl get clusterrolebindings,rolebindings -A -o wide | grep -F -- 'jane@example.com'")]
    [InlineData("system:serviceaccount:web:app", "kubectl auth can-i --list --as='system:serviceaccount:web:app'", "kubectl -n 'web' get pods -o wide --field-selector spec.serviceAccountName='app'")]
    [InlineData("", "kubectl auth can-i --list --as='system:anonymous'", "kubectl get clusterrolebindings,rolebindings -A -o wide | grep -F -- 'system:anonymous'")]
    [InlineData("o'brien", @"kubectl auth can-i --list --as='o'\''brien'", @"kubectl get clusterrolebindings,rolebindings -A -o wide | grep -F -- 'o'\''brien'")]
    public void For_Actor_AsksWhatItMayAndWhy(string actor, string permissions, string behind) =>
        Assert.Equal([permissions, behind], NextSteps.For(SampleAlert.Exec() with { Actor = actor, Requests = [] }).Skip(1));

    [Fact]
    public void For_ActorThatCannotBeCopied_OffersTheObjectOnly() =>
        Assert.Single(NextSteps.For(SampleAlert.Exec() with { Actor = "jane\u200b" }));

    [SkippableFact]
    public async Task For_HostileTexts_ReachKubectlAsTheyAreAndRunNothing()
    {
        Skip.If(OperatingSystem.IsWindows(), "needs a POSIX shell");
        var texts = SampleAlert.HostileTexts.Concat(Gen.Sample(Gen.Select(ArbMap.Default.GeneratorFor<string>(), text => text ?? ""), 30, 20));
        foreach (var text in texts)
        {
            var alert = SampleAlert.Saying(text);
            foreach (var step in NextSteps.For(alert))
            {
                await AssertOneKubectlAsync(step, alert);
            }
        }
    }

    // In a shell where kubectl and grep only print their arguments, nothing else may run, and the actor has to arrive whole.
    private static async Task AssertOneKubectlAsync(string step, Alert alert)
    {
        var shell = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["PATH"] = "/nowhere" } };
        shell.ArgumentList.Add("-c");
        shell.ArgumentList.Add($"kubectl() {{ printf 'arg:%s\\n' \"$@\"; }}; grep() {{ while read -r line; do printf '%s\\n' \"$line\"; done; printf 'arg:%s\\n' \"$@\"; }}; {step}");
        using var process = Process.Start(shell)!;
        var output = process.StandardOutput.ReadToEndAsync();
        Assert.Equal("", await process.StandardError.ReadToEndAsync());
        var lines = (await output).TrimEnd('\n').Split('\n');
        Assert.All(lines, line => Assert.StartsWith("arg:", line, StringComparison.Ordinal));
        if (step.Contains(" --as=", StringComparison.Ordinal))
        {
            Assert.Equal($"arg:--as={(alert.Actor.Length == 0 ? "system:anonymous" : alert.Actor)}", lines[^1]);
        }
    }
}
