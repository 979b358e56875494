using AuditWatch.Detection;
using AuditWatch.Tests.Notifications;
using AuditWatch.Web.Incidents;
using AuditWatch.Web.Objects;

namespace AuditWatch.Tests.Web.Objects;

public sealed class ObjectViewTests : IAsyncDisposable
{
    private readonly StoredAlerts _stored = new();

    public ValueTask DisposeAsync() => _stored.DisposeAsync();

    [Fact]
    public async Task Read_ObjectThatSeveralTouched_TellsWhoDidWhat()
    {
        await _stored.PutAsync("1", "jane", 0, Request("create", "exec", "shell"), Request("delete", null, "other"));
        await _stored.PutAsync("2", "mallory", 5, Request("get", null, "shell") with { Outcome = "denied" });
        await _stored.PutAsync("3", "jane", 9, Request("delete", null, "shell"));
        await _stored.PutAsync("4", "jane", 9, Request("delete", null, "shell"));
        await _stored.PutAsync("5", "nobody", 9, Request("delete", null, "other"));

        var view = ObjectView.Read(_stored.Seen(), "payments/pods/shell", "prod");

        Assert.Equal(["4", "3", "2", "1"], view.Alerts.Select(alert => alert.Id));
        Assert.Equal(["jane 3: create exec; delete", "mallory 1: get, denied"], view.Touches.Select(touch => $"{touch.Actor} {touch.Alerts}: {string.Join("; ", touch.Verbs)}"));
        Assert.Equal((StoredAlerts.Start, StoredAlerts.Start.AddMinutes(9)), (view.Touches.First().First, view.Touches.First().Last));
        Assert.Equal(4, view.Requests.Count);
        Assert.False(view.HasMore);
    }

    [Fact]
    public async Task Read_ObjectOfTheSameNameElsewhere_IsAnother()
    {
        await _stored.PutAsync("1", "jane", 0, Request("get", null, "shell"));
        await _stored.PutAsync("2", "jane", 1, [Request("get", null, "shell")], cluster: "staging");

        Assert.Equal(["1"], ObjectView.Read(_stored.Seen(), "payments/pods/shell", "prod").Alerts.Select(alert => alert.Id));
        Assert.Empty(ObjectView.Read(_stored.Seen(), "payments/pods/shell", "").Alerts);
        Assert.Equal(["2", "1"], ObjectView.Read(_stored.Seen(), "payments/pods/shell", cluster: null).Alerts.Select(alert => alert.Id));
        Assert.Empty(ObjectView.Read(_stored.Seen("staging"), "payments/pods/shell", "prod").Alerts);
        Assert.Empty(ObjectView.Read(_stored.Seen(), "payments/pods", "prod").Alerts);
    }

    [Fact]
    public async Task Read_MoreThanAPageHolds_TellsTheLatest()
    {
        for (var number = 0; number < 202; number++)
        {
            await _stored.PutAsync($"{number}", "jane", number, Request("get", null, "shell"));
        }

        var view = ObjectView.Read(_stored.Seen(), "payments/pods/shell", "prod");

        Assert.True(view.HasMore);
        Assert.Equal((200, "201"), (view.Alerts.Count, view.Alerts[0].Id));
        Assert.Equal(100, view.Requests.Count);
    }

    [Theory]
    [InlineData("payments/serviceaccounts/app", "system:serviceaccount:payments:app")]
    [InlineData("payments/pods/app", null)]
    [InlineData("serviceaccounts/app", null)]
    public void Account_OfAServiceAccount_IsTheActorThatItStandsFor(string path, string? expected) => Assert.Equal(expected, new ObjectView(path, "prod", [], HasMore: false, []) { Zoom = Zoom.Of([]) }.Account);

    private static RequestSnapshot Request(string verb, string? subresource, string pod) =>
        SampleAlert.Exec().Requests[0] with { Verb = verb, Outcome = "allowed", ObjectRef = new ObjectReference(null, "pods", subresource, "payments", pod) };
}
