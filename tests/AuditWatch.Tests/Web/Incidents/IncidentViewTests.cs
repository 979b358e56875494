using System.Collections.Immutable;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.Tests.Notifications;
using AuditWatch.Web.Incidents;

namespace AuditWatch.Tests.Web.Incidents;

public class IncidentViewTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Requests_OfAlertsThatShareThem_AreThereOnceAndInOrderWithWhatTheyChange()
    {
        var view = ViewOf([Request("b", 2), Request("c", 3)], [Request("a", 1), Request("b", 2) with { Changes = ["set a: 1"] }]);

        Assert.Equal([("a", 0), ("b", 1), ("c", 0)], view.Requests.Select(request => (request.AuditId, request.Changes.Count)));
    }

    private static RequestSnapshot Request(string id, int minute) => new() { AuditId = id, Time = Start.AddMinutes(minute), Verb = "patch" };

    private static IncidentView ViewOf(params RequestSnapshot[][] requests)
    {
        List<Alert> alerts = [.. requests.Select(some => SampleAlert.Exec() with { Requests = some })];
        return new IncidentView(new Incident { Id = "1", Title = "one", Level = Level.High, Cluster = "prod", Alerts = ["1"] }, alerts, [], ImmutableDictionary<string, AlertTelling>.Empty, Zoom.Of(alerts, null, null));
    }
}
