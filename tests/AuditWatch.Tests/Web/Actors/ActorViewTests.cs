using AuditWatch.Detection;
using AuditWatch.Tests.Notifications;
using AuditWatch.Web.Actors;

namespace AuditWatch.Tests.Web.Actors;

public sealed class ActorViewTests : IAsyncDisposable
{
    private readonly StoredAlerts _stored = new();

    public ValueTask DisposeAsync() => _stored.DisposeAsync();

    [Fact]
    public async Task Read_ActorOfSeveralAlerts_TellsWhatItDidAndFromWhere()
    {
        await _stored.PutAsync("1", "jane", 0, [From("10.0.0.1", "shell"), From("10.0.0.1", "other")], "prod", "Shell opened");
        await _stored.PutAsync("2", "jane", 5, [From("10.0.0.1", "shell")], "prod", "Secret read");
        await _stored.PutAsync("3", "jane", 9, [From("10.0.0.2", "shell")], "staging", "Shell opened");
        await _stored.PutAsync("4", "mallory", 9, [From("10.0.0.3", "shell")], "prod");

        var view = ActorView.Read(_stored.Seen(), "jane");

        Assert.Equal(["3", "2", "1"], view.Alerts.Select(alert => alert.Id));
        Assert.Equal(["Shell opened 2", "Secret read 1"], view.Zoom.Lanes.Select(lane => $"{lane.Name} {lane.Marks.Count}"));
        Assert.Equal([("10.0.0.1", 2), ("10.0.0.2", 1)], view.Addresses);
        Assert.Equal([("payments/pods/shell", 3), ("payments/pods/other", 1)], view.Objects);
        Assert.False(view.HasMore);
        Assert.Equal(["3"], ActorView.Read(_stored.Seen("staging"), "jane").Alerts.Select(alert => alert.Id));
    }

    [Fact]
    public async Task Read_PartOfTheTime_ShowsTheAlertsOfIt()
    {
        await _stored.PutAsync("1", "jane", 0, From("10.0.0.1", "shell"));
        await _stored.PutAsync("2", "jane", 30, From("10.0.0.1", "shell"));

        var view = ActorView.Read(_stored.Seen(), "jane", "2026-11-21T10:20:00Z", "2026-11-21T10:40:00Z");

        Assert.Equal(["2"], view.Zoom.Alerts.Select(alert => alert.Id));
        Assert.Equal(2, view.Alerts.Count);
    }

    [Fact]
    public async Task Read_MoreThanAPageHolds_SaysSo()
    {
        for (var number = 0; number < 202; number++)
        {
            await _stored.PutAsync($"{number}", "jane", number, From("10.0.0.1", "shell"));
        }

        var view = ActorView.Read(_stored.Seen(), "jane");

        Assert.True(view.HasMore);
        Assert.Equal(200, view.Alerts.Count);
    }

    private static RequestSnapshot From(string address, string pod) => SampleAlert.Exec().Requests[0] with { ClientIP = address, ObjectRef = new ObjectReference(null, "pods", "exec", "payments", pod) };
}
