using AuditWatch.Detection;
using AuditWatch.Notifications;

namespace AuditWatch.Tests.Notifications;

public sealed class MessageTests
{
    [Fact]
    public void From_Impersonation_NamesTheRealUser()
    {
        var alert = SampleAlert.Exec();
        alert = alert with
        {
            Actor = "system:serviceaccount:payments:app",
            Requests = [alert.Requests[0] with { User = "admin", ImpersonatedUser = "system:serviceaccount:payments:app" }],
        };

        var facts = Message.From(alert).Facts;

        Assert.Contains(new Fact("Actor", "system:serviceaccount:payments:app"), facts);
        Assert.Contains(new Fact("Impersonation", "admin acted as system:serviceaccount:payments:app"), facts);
    }

    [Fact]
    public void From_OneFinding_SaysOnce() =>
        Assert.Contains(new Fact("Count", "once, at 2026-11-21 00:24:50 UTC"), Message.From(SampleAlert.Exec() with { Count = 1 }).Facts);

    [Fact]
    public void From_RequestForNoObject_NamesItsUri()
    {
        var request = SampleAlert.Exec().Requests[0] with { Verb = "get", ObjectRef = null, RequestUri = "/version" };

        Assert.Contains(new Fact("Action", "get /version"), Message.From(SampleAlert.Exec() with { Requests = [request] }).Facts);
    }

    [Fact]
    public void From_Burst_ShowsThreeOfTheRequests()
    {
        var request = SampleAlert.Exec().Requests[0];
        var burst = Enumerable.Range(1, 5).Select(i => request with { Verb = "get", ObjectRef = new ObjectReference(null, "secrets", null, "payments", $"s{i}") });

        Assert.Contains(
            new Fact("Action", "get payments/secrets/s1, get payments/secrets/s2, get payments/secrets/s3 and more"),
            Message.From(SampleAlert.Exec() with { Requests = [.. burst] }).Facts);
    }

    [Fact]
    public void From_NothingKnown_LeavesTheFactsOut()
    {
        var message = Message.From(SampleAlert.Exec() with { Actor = "", Cluster = "", Requests = [new RequestSnapshot()], Why = [] });

        Assert.Equal(["Count"], message.Facts.Select(fact => fact.Name));
    }

    [Fact]
    public void From_NoSummary_SaysTheTitle() => Assert.Equal("Command run in a pod", Message.From(SampleAlert.Exec() with { Summary = " " }).Summary);

    [Fact]
    public void From_ManyClauses_CountsTheRest()
    {
        var message = Message.From(SampleAlert.Exec() with { Why = [.. Enumerable.Range(0, 13).Select(i => $"field: {i}")] });

        Assert.Equal(10, message.Why.Count);
        Assert.Equal(3, message.WhyMore);
    }
}
