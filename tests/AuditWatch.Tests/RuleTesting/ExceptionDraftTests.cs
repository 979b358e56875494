using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.RuleTesting;
using AuditWatch.Tests.Notifications;

namespace AuditWatch.Tests.RuleTesting;

public sealed class ExceptionDraftTests : IDisposable
{
    private const string Rule = """
        title: Exec into a pod
        name: exec_into_pod
        logsource: {product: kubernetes, service: audit}
        detection:
          selection: {objectRef.resource: pods, objectRef.subresource: exec}
          condition: selection
        level: high
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("jane")]
    [InlineData("system:serviceaccount:ci:deployer")]
    [InlineData("a\"b\\c*?: #'{}\n<script>\u202E\U0001F600")]
    public void Tests_OfTheDraft_PassWithItAndFailWithout(string actor)
    {
        var draft = ExceptionDraft.Of(Alert(actor), out var problem)!;
        Assert.Null(problem);
        var without = Load();
        _folder.Write($"{draft.Name}.yml", draft.Text());
        var tests = draft.Tests(without);
        _folder.Write($"{draft.Name}.tests.yml", tests);
        var with = Load();
        var diagnostics = new Diagnostics();
        var cases = DetectionTestLoader.Load([_folder.FullName], with, diagnostics);

        Assert.Empty(diagnostics);
        Assert.Equal(["the request of the alert is left out", "somebody else's is not"], cases.Select(one => one.Name));
        Assert.All(cases, one => Assert.Null(new DetectionTestRunner(with).Run(one).Failure));
        Assert.Equal([false, true], cases.Select(one => new DetectionTestRunner(without).Run(one).Passed));
    }

    [Fact]
    public void Tests_DetectionLooksAtBodies_SayThatTheyCannotBe()
    {
        var set = Load(Rule.Replace("objectRef.subresource: exec", "requestObject.spec.hostPID: true", StringComparison.Ordinal));

        Assert.Contains("tests: []", ExceptionDraft.Of(Alert("jane"), out _)!.Tests(set), StringComparison.Ordinal);
    }

    [Fact]
    public void Covers_OtherAlerts_OnlyWhatIsTheSame()
    {
        var alert = Alert("jane");
        var draft = ExceptionDraft.Of(alert, out _)!;

        Assert.True(draft.Covers(alert with { Id = "another", Level = Level.Low }));
        Assert.False(draft.Covers(alert with { Actor = "joe" }));
        Assert.False(draft.Covers(alert with { Cluster = "another" }));
        Assert.False(draft.Covers(alert with { Requests = [alert.Requests[0], alert.Requests[0] with { Command = "cat /etc/shadow" }] }));
        Assert.False(draft.Covers(alert with { Requests = [] }));
    }

    [Fact]
    public void Text_RequestsThatDiffer_SelectByWhatTheyShare()
    {
        var alert = Alert("jane");
        var text = ExceptionDraft.Of(alert with { Requests = [alert.Requests[0], alert.Requests[0] with { Command = "whoami", ObjectRef = alert.Requests[0].ObjectRef! with { Name = "other" } }] }, out _)!.Text();

        Assert.DoesNotContain("objectRef.name:", text, StringComparison.Ordinal);
        Assert.DoesNotContain("command:", text, StringComparison.Ordinal);
        Assert.Contains("objectRef.resource: \"pods\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "not known who acted")]
    [InlineData("very long…", "too long")]
    public void Of_ActorThatIsNotKnown_IsNone(string actor, string why)
    {
        Assert.Null(ExceptionDraft.Of(Alert(actor), out var problem));
        Assert.Contains(why, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_SecretInTheCommand_IsNotSelectedBy() =>
        Assert.DoesNotContain("command:", ExceptionDraft.Of(Alert("jane") with { Requests = [Alert("jane").Requests[0] with { Command = "mysql -p<redacted>" }] }, out _)!.Text(), StringComparison.Ordinal);

    private static Alert Alert(string actor)
    {
        var alert = SampleAlert.Exec();
        return alert with { Id = "0123456789abcdef", Actor = actor, Cluster = "production", Detection = alert.Detection with { Name = "exec_into_pod" }, Requests = [alert.Requests[0] with { User = actor, ImpersonatedUser = null, Stage = "ResponseComplete", RequestUri = "/api/v1/namespaces/payments/pods/shell/exec?command=id", Command = "id" }] };
    }

    private DetectionSet Load(string? rule = null)
    {
        _folder.Write("exec_into_pod.yml", rule ?? Rule);
        var diagnostics = new Diagnostics();
        var set = DetectionLoader.Load([_folder.FullName], diagnostics);
        Assert.DoesNotContain(diagnostics, one => one.Severity == DiagnosticSeverity.Error);
        return set;
    }
}
