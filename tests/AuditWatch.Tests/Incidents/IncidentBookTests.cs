using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;

namespace AuditWatch.Tests.Incidents;

public class IncidentBookTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("jane", "10.0.0.1", "web/pods/a", "jane", "10.0.0.2", "web/pods/b", 1)] // the actor
    [InlineData("jane", "10.0.0.1", "web/pods/a", "joe", "10.0.0.1", "web/pods/b", 1)] // the address
    [InlineData("jane", "10.0.0.1", "web/pods/a", "joe", "10.0.0.2", "web/pods/a", 1)] // the object
    [InlineData("jane", "10.0.0.1", "web/pods/a", "joe", "10.0.0.2", "web/pods/b", 2)]
    [InlineData("jane", "127.0.0.1", "web/pods/a", "joe", "127.0.0.1", "web/pods/b", 2)] // who tunnels, or the API server itself
    [InlineData("jane", "10.0.0.1", "web/pods/a", "joe", "10.0.0.2", "other/pods/a", 2)] // of another namespace
    [InlineData("system:anonymous", "10.0.0.1", "web/pods/a", "system:anonymous", "10.0.0.2", "web/pods/b", 1)] // of nobody in particular, one in each six hours
    [InlineData("jane", "10.0.0.1", "web/serviceaccounts/app", "system:serviceaccount:web:app", "10.0.0.2", "web/pods/b", 1)] // whose token was made
    public void Of_TwoAlerts_AreOneIncidentIfTheyShareAnEntity(string actor, string address, string target, string otherActor, string otherAddress, string otherTarget, int incidents) =>
        Assert.Equal(incidents, IncidentBook.Of([Alert(1, actor, address, target), Alert(2, otherActor, otherAddress, otherTarget)]).Incidents.Count);

    [Theory]
    [InlineData(359, 1)]
    [InlineData(361, 2)]
    public void Of_SameActorAfterMinutes_IsOneIncidentWithinSixHours(int minutes, int incidents) =>
        Assert.Equal(incidents, IncidentBook.Of([Alert(0, "jane", "10.0.0.1", "web/pods/a"), Alert(minutes, "jane", "10.0.0.1", "web/pods/b")]).Incidents.Count);

    [Fact]
    public void Of_SameActorInOtherCluster_IsAnotherIncident() => Assert.Equal(2, IncidentBook.Of(
        [Alert(1, "jane", "10.0.0.1", "web/pods/a") with { Cluster = "a" }, Alert(2, "jane", "10.0.0.1", "web/pods/a") with { Cluster = "b" }]).Incidents.Count);

    [Fact]
    public void Of_BelowMedium_MakesNoIncident() => Assert.Empty(IncidentBook.Of([Alert(1, "jane", "10.0.0.1", "web/pods/a", Level.Low), Alert(2, "jane", "10.0.0.1", "web/pods/a", Level.Low)]).Incidents);

    [Theory]
    [InlineData(4, false)] // before the story began
    [InlineData(5, true)]
    [InlineData(300, true)]
    [InlineData(366, false)]
    public void Of_BelowMedium_BelongsToAStoryThatHasBegun(int minute, bool belongs)
    {
        var low = Alert(minute, "jane", "10.0.0.9", "web/pods/other", Level.Low);

        var (incidents, byAlert) = IncidentBook.Of([Alert(5, "jane", "10.0.0.1", "web/pods/a"), low]);

        Assert.Equal(belongs, byAlert.ContainsKey(low.Id));
        Assert.Equal(belongs ? 2 : 1, Assert.Single(incidents).AlertCount);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 4)]
    public void Of_AddressOfManyActors_JoinsNobody(int actors, int incidents)
    {
        var all = IncidentBook.Of(Enumerable.Range(0, actors).Select(i => Alert(i, $"user-{i}", "10.0.0.1", $"web/pods/{i}"))).Incidents;

        Assert.Equal(incidents, all.Count);
        Assert.All(all, incident => Assert.Equal(incidents > 1, incident.Hubs.Contains("address:10.0.0.1")));
    }

    [Fact]
    public void Of_Deployer_DoesNotGlueWhatItDeploys()
    {
        // It makes what two attackers, who have nothing to do with each other, run commands in.
        var deployed = Enumerable.Range(0, SharedEntity.MaxRun + 1).Select(i => Alert(i, "deployer", "10.0.0.1", $"web/pods/{i}"));

        var (incidents, byAlert) = IncidentBook.Of([.. deployed, Alert(50, "jane", "10.0.0.2", "web/pods/7"), Alert(51, "joe", "10.0.0.3", "web/pods/8")]);

        Assert.Equal(3, incidents.Count);
        Assert.Equal(["deployer", "jane"], byAlert[Id(50, "jane", "web/pods/7")].Actors.Order());
        Assert.Equal(["deployer", "joe"], byAlert[Id(51, "joe", "web/pods/8")].Actors.Order());
        Assert.Equal(SharedEntity.MaxRun - 1, incidents.Single(incident => incident.Actors.Count == 1).AlertCount);
    }

    [Fact]
    public void Of_Chain_IsNotLargerThanAnIncidentMayBe()
    {
        // Each shares a pod with the next, in the name of somebody else every time.
        var chain = Enumerable.Range(0, 3 * IncidentParts.MaxMembers).SelectMany(i => new[] { Alert(0, $"u{i}", "", $"web/pods/{i}"), Alert(1, $"u{i}", "", $"web/pods/{i + 1}") });

        Assert.All(IncidentBook.Of(chain).Incidents, incident => Assert.InRange(incident.AlertCount, 1, IncidentParts.MaxMembers));
    }

    [Fact]
    public void Of_Composite_TiesItsStepsWhateverTheyShare()
    {
        var step = Alert(1, "deployer", "10.0.0.2", "web/secrets/db");
        var composite = Alert(2, "jane", "10.0.0.3", "web/pods/x", Level.Critical);
        composite = composite with { Detection = composite.Detection with { IsComposite = true }, Requests = [.. step.Requests, .. composite.Requests] };
        var noise = Enumerable.Range(0, 2 * SharedEntity.MaxRun).Select(i => Alert(i, "deployer", "10.0.0.1", $"web/pods/{i}"));

        var (incidents, byAlert) = IncidentBook.Of([.. noise, step, composite]);

        Assert.Equal(2, incidents.Count);
        Assert.Equal(Level.Critical, byAlert[step.Id].Level);
        Assert.Equal(2, byAlert[step.Id].AlertCount);
    }

    [Fact]
    public void Of_BindingThatWasMade_IsJoinedWithItsUse()
    {
        var used = Related(Alert(2, "joe", "10.0.0.2", "web/pods/a"), "binding:devs");
        var usedToo = Related(Alert(3, "jim", "10.0.0.3", "web/pods/b"), "binding:devs");

        Assert.Equal(2, IncidentBook.Of([used, usedToo]).Incidents.Count);
        Assert.Single(IncidentBook.Of([Alert(1, "jane", "10.0.0.1", "clusterrolebindings/devs"), used, usedToo]).Incidents);
    }

    [Theory]
    [InlineData("credential:JTI=1", "credential:JTI=1", 1)]
    [InlineData("credential:JTI=1", "credential:JTI=2", 2)]
    [InlineData("role:ops", "role:ops", 1)]
    [InlineData("role:ops", "role:web/ops", 2)] // a Role is another than the ClusterRole of its name
    [InlineData("role:ops", "binding:ops", 2)]
    [InlineData("role:cluster-admin", "role:cluster-admin", 2)] // comes with Kubernetes, and is bound everywhere
    public void Of_CredentialOrRole_JoinsThoseThatHaveTheSame(string related, string other, int incidents) => Assert.Equal(
        incidents, IncidentBook.Of([Related(Alert(1, "jane", "10.0.0.1", "web/pods/a"), related), Related(Alert(2, "joe", "10.0.0.2", "web/pods/b"), other)]).Incidents.Count);

    [Theory]
    [InlineData("credential:JTI=1", 1)] // says who they are
    [InlineData("role:ops", 2)] // anybody can name it
    public void Of_Denied_IsJoinedByItsCredentialOnly(string related, int incidents)
    {
        var denied = Related(Alert(2, "joe", "10.0.0.2", "web/pods/b"), related);
        denied = denied with { Requests = [denied.Requests[0] with { Outcome = "denied" }] };

        Assert.Equal(incidents, IncidentBook.Of([Related(Alert(1, "jane", "10.0.0.1", "web/pods/a"), related), denied]).Incidents.Count);
    }

    [Fact]
    public void Of_RoleThatWasMade_IsJoinedWithItsBinding() =>
        Assert.Single(IncidentBook.Of([Alert(1, "jane", "10.0.0.1", "clusterroles/ops"), Related(Alert(2, "joe", "10.0.0.2", "clusterrolebindings/devs"), "role:ops")]).Incidents);

    [Fact]
    public void Of_Incident_TellsItsStory()
    {
        var first = Alert(1, "jane", "10.0.0.1", "web/pods/a");
        var last = Alert(9, "joe", "10.0.0.2", "web/pods/a", Level.High);

        var incident = Assert.Single(IncidentBook.Of([last with { Detection = last.Detection with { Title = "Data gone", Tags = ["attack.impact", "attack.t1485"] } }, first]).Incidents);

        Assert.Equal(Level.High, incident.Level);
        Assert.Equal("Data gone: jane, joe", incident.Title);
        Assert.Equal(["execution", "impact"], incident.Tactics);
        Assert.Equal([first.Id, last.Id], incident.Alerts);
        Assert.Equal(["object:web/pods/a"], incident.Shared);
        Assert.Equal((first.FirstSeen, last.LastSeen), (incident.FirstSeen, incident.LastSeen));
    }

    [Fact]
    public void Apply_AlertThatBecomesSevere_MakesAnIncident()
    {
        var book = new IncidentBook();
        var alert = Alert(1, "jane", "10.0.0.1", "web/pods/a", Level.Low);

        book.Apply([new AlertChange(AlertChangeKind.Opened, alert)], default);
        Assert.Empty(book.All);
        book.Apply([new AlertChange(AlertChangeKind.Risen, alert with { Level = Level.High })], default);

        Assert.Equal(Level.High, book.Of(alert.Id)?.Level);
    }

    [Fact]
    public void Apply_AlertForgotten_LeavesItsIncident()
    {
        var book = new IncidentBook();
        var alert = Alert(1, "jane", "10.0.0.1", "web/pods/a");
        book.Apply([new AlertChange(AlertChangeKind.Opened, alert)], default);

        book.Apply([new AlertChange(AlertChangeKind.Forgotten, alert)], default);

        Assert.Empty(book.All);
        Assert.Null(book.Of(alert.Id));
    }

    // Few of everything, so that much is shared; hubs, those who are nobody in particular, composites and what is below medium among them.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Apply_AnyOrderOfArrival_ComesToTheSame(int seed)
    {
        var random = new Random(seed);
        var alerts = Enumerable.Range(0, 300).Select(_ => Random(random)).DistinctBy(alert => alert.Id).ToList();
        var (expected, _) = IncidentBook.Of(alerts);
        Assert.InRange(expected.Count, 2, alerts.Count);

        for (var round = 0; round < 3; round++)
        {
            var book = new IncidentBook();
            foreach (var batch in alerts.OrderBy(_ => random.Next()).Chunk(random.Next(1, 40)))
            {
                // Some are known as less than they come to.
                book.Apply([.. batch.Where((_, i) => i % 3 == 0).Select(alert => new AlertChange(AlertChangeKind.Opened, alert with { Level = Level.Low, LastSeen = alert.FirstSeen }))], default);
                book.Apply([.. batch.Select((alert, i) => new AlertChange(i % 3 == 0 ? AlertChangeKind.Risen : AlertChangeKind.Opened, alert))], default);
            }

            Assert.Equal(expected.Select(Told).Order(), book.All.Select(Told).Order());
        }
    }

    private static string Told(Incident incident) =>
        $"{incident.Id} {incident.Title} {incident.Level} {string.Join(',', incident.Tactics)} {string.Join(',', incident.Actors)} {string.Join(',', incident.Shared)} {string.Join(',', incident.Hubs)} {string.Join(',', incident.Alerts)}";

    private static Alert Random(Random random)
    {
        var actor = random.Next(10) switch { 0 => "system:anonymous", < 5 => "deployer", var other => $"user-{other}-{random.Next(15)}" };
        var alert = Alert(random.Next(3_000), actor, $"10.0.0.{random.Next(60)}", $"web/pods/{random.Next(120)}", (Level)random.Next(5));
        alert = alert with { LastSeen = alert.FirstSeen.AddMinutes(random.Next(200)), Detection = alert.Detection with { IsComposite = random.Next(20) == 0 } };
        return random.Next(6) == 0 ? Related(alert, $"binding:b{random.Next(5)}") : alert;
    }

    private static Alert Related(Alert alert, string related) => alert with { Requests = [alert.Requests[0] with { Related = [related] }] };

    private static string Id(int minute, string actor, string target) => Fingerprint.Hash([$"{minute}", actor, target]);

    private static Alert Alert(int minute, string actor, string address, string target, Level level = Level.Medium)
    {
        var parts = target.Split('/');
        var (space, resource, name) = parts.Length == 3 ? (parts[0], parts[1], parts[2]) : (null, parts[0], parts[1]);
        var time = Start.AddMinutes(minute);
        return new Alert
        {
            Id = Id(minute, actor, target),
            Fingerprint = Fingerprint.Hash([actor, target]),
            Detection = new AlertDetection { Name = "exec_into_pod", Title = "Command run", Level = level, Tags = ["attack.execution", "attack.t1609"] },
            Level = level,
            OpenedAt = time,
            ChangedAt = time,
            Summary = "",
            Actor = actor,
            Cluster = "",
            Count = 1,
            FirstSeen = time,
            LastSeen = time,
            Dedup = [],
            Why = [],
            Requests =
            [
                new RequestSnapshot { AuditId = $"{minute}", Time = time, Verb = "create", RequestUri = target, User = actor, ClientIP = address, ObjectRef = new ObjectReference(null, resource, null, space, name) },
            ],
        };
    }
}
