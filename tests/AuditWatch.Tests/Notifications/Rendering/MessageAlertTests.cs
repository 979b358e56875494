using AuditWatch.Detection;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Tests.Notifications.Rendering;

public sealed class MessageAlertTests
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

        var facts = new MessageAlert(alert, null).Facts;

        Assert.Contains(new Fact("Actor", "system:serviceaccount:payments:app"), facts);
        Assert.Contains(new Fact("Impersonation", "admin acted as system:serviceaccount:payments:app"), facts);
    }

    [Fact]
    public void From_OneFinding_SaysOnce() =>
        Assert.Contains(new Fact("Count", "once, at 2026-11-21 00:24:50 UTC"), new MessageAlert(SampleAlert.Exec() with { Count = 1 }, null).Facts);

    [Fact]
    public void From_AllWithinASecond_SaysTheTimeOnce()
    {
        var alert = SampleAlert.Exec();

        Assert.Contains(new Fact("Count", "2 times, at 2026-11-21 00:24:50 UTC"), new MessageAlert(alert with { LastSeen = alert.FirstSeen.AddMilliseconds(900) }, null).Facts);
    }

    [Fact]
    public void From_RepliesOutOfOrder_ShowsTheOutcomesInTheOrderOfTheirRequests()
    {
        var alert = SampleAlert.Exec();
        alert = alert with { Requests = [alert.Requests[1] with { Time = alert.LastSeen }, alert.Requests[0]] };

        Assert.Contains(new Fact("Outcome", "denied (403), then allowed (101)"), new MessageAlert(alert, null).Facts);
    }

    [Fact]
    public void From_RequestForNoObject_NamesItsUri()
    {
        var request = SampleAlert.Exec().Requests[0] with { Verb = "get", ObjectRef = null, RequestUri = "/version" };

        Assert.Contains(new Fact("Action", "get /version"), new MessageAlert(SampleAlert.Exec() with { Requests = [request] }, null).Facts);
    }

    [Fact]
    public void From_Burst_ShowsThreeOfTheRequests()
    {
        var request = SampleAlert.Exec().Requests[0];
        var burst = Enumerable.Range(1, 5).Select(i => request with { Verb = "get", ObjectRef = new ObjectReference(null, "secrets", null, "payments", $"s{i}") });

        Assert.Contains(
            new Fact("Action", "get payments/secrets/s1, get payments/secrets/s2, get payments/secrets/s3 and more"),
            new MessageAlert(SampleAlert.Exec() with { Requests = [.. burst] }, null).Facts);
    }

    [Fact]
    public void From_IdentityInTheCloud_IsAFactAfterTheActor()
    {
        var alert = SampleAlert.Exec();
        var request = alert.Requests[0] with { Related = ["credential:X", "identity:arn:aws:sts::1:assumed-role/Admin/ja\u202ene, session jane"] };

        var facts = new MessageAlert(alert with { Requests = [request, request] }, null).Facts;

        Assert.Equal("Identity", facts[1].Name);
        Assert.StartsWith("arn:aws:sts::1:assumed-role/Admin/ja", facts[1].Value, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202e', facts[1].Value);
    }

    [Fact]
    public void From_NothingKnown_LeavesTheFactsOut()
    {
        var message = new MessageAlert(SampleAlert.Exec() with { Actor = "", Cluster = "", Requests = [new RequestSnapshot()], Why = [] }, null);

        Assert.Equal(["Count"], message.Facts.Select(fact => fact.Name));
    }

    [Fact]
    public void From_NoSummary_SaysTheTitle() => Assert.Equal("Command run in a pod", new MessageAlert(SampleAlert.Exec() with { Summary = " " }, null).Summary);

    [Fact]
    public void From_ManyClauses_CountsTheRest()
    {
        var message = new MessageAlert(SampleAlert.Exec() with { Why = [.. Enumerable.Range(0, 13).Select(i => $"field: {i}")] }, null);

        Assert.Equal(10, message.Why.Count);
        Assert.Equal(3, message.WhyMore);
    }
}
