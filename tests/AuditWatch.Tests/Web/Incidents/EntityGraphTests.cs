using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Tests.Notifications;
using AuditWatch.Web.Incidents;

namespace AuditWatch.Tests.Web.Incidents;

public class EntityGraphTests
{
    [Fact]
    public void Of_RequestsOfActors_JoinsThemWithWhatTheyActedOn()
    {
        var graph = EntityGraph.Of(
        [
            By("jane", Level.High, Request("create", "shell") with { Related = ["binding:payments/edit"] }, Request("get", "shell") with { Outcome = "denied" }),
            By("joe", Level.Critical, Request("create", "shell"), Request("create", "shell")),
        ]);

        Assert.Equal(["jane", "joe"], graph.Actors);
        Assert.Equal([new Thing("payments/pods/shell/exec", "object:payments/pods/shell"), new Thing("binding:payments/edit", "binding:payments/edit")], graph.Things);
        Assert.Equal(["0 0 High create, get, denied", "0 1 High by right of", "1 0 Critical create"], graph.Deeds.Select(deed => $"{deed.Actor} {deed.Thing} {deed.Level} {string.Join(", ", deed.Verbs)}").Order());
        Assert.Equal(0, graph.More);
    }

    [Fact]
    public void Of_MoreThanThereIsRoomFor_KeepsTheMostSevere()
    {
        var mild = Enumerable.Range(0, 30).Select(number => By("jane", Level.Low, Request("get", $"pod-{number}")));

        var graph = EntityGraph.Of([.. mild, By("joe", Level.Critical, Request("create", "last"))]);

        Assert.Equal("payments/pods/last/exec", graph.Things[0].Name);
        Assert.Equal((EntityGraph.MostThings, 31 - EntityGraph.MostThings), (graph.Things.Count, graph.More));
        Assert.All(graph.Deeds, deed => Assert.True(deed.Actor < graph.Actors.Count && deed.Thing < graph.Things.Count));
    }

    [Fact]
    public void Of_Nothing_IsEmpty() => Assert.Empty(EntityGraph.Of([By("", Level.Low, Request("get", "x")), By("jane", Level.Low, Request("get", "x") with { ObjectRef = null, Related = [] })]).Deeds);

    private static Alert By(string actor, Level level, params RequestSnapshot[] requests) => SampleAlert.Exec() with { Actor = actor, Level = level, Requests = requests };

    private static RequestSnapshot Request(string verb, string pod) =>
        SampleAlert.Exec().Requests[0] with { Verb = verb, Outcome = "allowed", ObjectRef = new ObjectReference(null, "pods", "exec", "payments", pod), Related = [] };
}
