using System.Text;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Alerts;

/// <summary>What one actor can make of the alerts of a service: their share, and no more.</summary>
public class FloodTests
{
    private readonly AlertBook _book = AlertBook.OnWallClock(new VirtualTime());
    private int _next;

    [Fact]
    public void Apply_MoreThanOnesShare_IsCountedByDetectionInOneAlert()
    {
        var changes = _book.Apply([.. Many(Flood.Share + 500, "exec"), .. Many(30, "exec"), .. Many(2, "secret_read")]);

        var flood = changes.Last(change => change.Alert.Detection.Name == "auditwatch_flood").Alert;
        Assert.Equal(Flood.Share + 1, _book.OpenCount);
        Assert.Equal(("mallory", Level.Medium, 530), (flood.Actor, flood.Level, flood.Count));
        Assert.Equal(["detection exec 530"], flood.Updates.Select(update => $"{update.Field} {update.Value} {update.Count}"));
        Assert.Equal(2, Open("secret_read").Count());
    }

    [Fact]
    public void Apply_AllowedAmongTheDenied_OpensInPlaceOfOneThatMattersLess()
    {
        _book.Apply([.. Many(Flood.Share + 500, "exec")]);

        var changes = _book.Apply([Found("cluster_admin_bound", outcome: "allowed", level: Level.High)]);

        Assert.Equal([AlertChangeKind.Closed, AlertChangeKind.Opened], changes.Select(change => change.Kind));
        Assert.Single(Open("cluster_admin_bound"));
        Assert.Equal(Flood.Share + 1, _book.OpenCount);
    }

    [Fact]
    public void Apply_SevereOnesBeyondTheShare_TheFloodIsAsSevere()
    {
        _book.Apply([.. Enumerable.Range(0, Flood.Share + 5).Select(_ => Found("exec", outcome: "allowed", level: Level.Critical))]);

        Assert.Equal(Level.Critical, Assert.Single(Open("auditwatch_flood")).Level);
    }

    [Fact]
    public void Apply_CrowdThatIsDenied_IsCountedInOneAlertAndHidesNothingThatWasAllowed()
    {
        _book.Apply([.. Enumerable.Range(0, Flood.CrowdShare + 500).Select(n => Found("exec", actor: $"made-up-{n}"))]);

        var changes = _book.Apply([Found("exec", actor: "another"), Found("exec", actor: "jane", outcome: "allowed"), Found("exec", actor: "joe", cluster: "quiet")]);

        var crowd = Assert.Single(Open("auditwatch_flood"));
        Assert.Equal(("", "prod", 501), (crowd.Actor, crowd.Cluster, crowd.Count));
        Assert.Equal(["detection exec 501"], crowd.Updates.Select(update => $"{update.Field} {update.Value} {update.Count}"));
        Assert.StartsWith($"More than {Flood.CrowdShare} alerts of requests that were denied", crowd.Summary, StringComparison.Ordinal);
        Assert.Equal(["jane", "joe"], changes.Where(change => change.Kind == AlertChangeKind.Opened).Select(change => change.Alert.Actor));
        Assert.Equal(Flood.CrowdShare + 3, _book.OpenCount);
    }

    [Fact]
    public void Apply_FloodOfAnActorWithoutAName_IsNotTheCrowds()
    {
        _book.Apply([.. Enumerable.Range(0, Flood.CrowdShare + 5).Select(n => Found("exec", actor: $"made-up-{n}"))]);

        _book.Apply([.. Enumerable.Range(0, Flood.Share + 7).Select(_ => Found("exec", actor: "", outcome: "allowed"))]);

        // The crowd's alert takes one of their places.
        Assert.Equal(
            [(5, "More than"), (8, " has more")],
            Open("auditwatch_flood").OrderBy(alert => alert.Count).Select(alert => (alert.Count, alert.Summary[..9])));
    }

    [Fact]
    public void Apply_DeniedWithoutRoom_OpensNoneInPlaceOfAnother()
    {
        var text = new string('語', 512);
        var actors = AlertBook.MaxBytes / AlertSize.MaxBytes / Flood.Share * 3;
        Feed(Flood.Share);
        var open = _book.OpenCount;

        var changes = Feed(2 * Flood.ShareWithoutRoom);

        Assert.InRange(open, 2 * Flood.Share, actors * Flood.Share / 2);
        Assert.DoesNotContain(changes, change => change.Kind == AlertChangeKind.Opened && change.Alert.Detection.Name != Flood.Rule.Name);
        Assert.Equal([AlertChangeKind.Opened], _book.Apply([Found("exec", actor: "jane")]).Where(change => change.Alert.Actor == "jane").Select(change => change.Kind));

        List<AlertChange> Feed(int each) => [.. _book.Apply([.. Enumerable.Range(0, each).SelectMany(_ => Enumerable.Range(0, actors).Select(actor => Long($"nobody-{actor}")))])];

        Finding Long(string actor) => Found("exec", actor: actor) is var found ? found.With(
            request: found.Request with { RequestUri = text, UserAgent = text, Command = text, Reason = text, ImpersonatedUser = text }, summary: text, why: [.. Enumerable.Repeat(text, 40)]) : throw new InvalidOperationException();
    }

    [Fact]
    public void Apply_CrowdWithoutRoom_OpensNoneInPlaceOfAnotherButWhatMattersMore()
    {
        var text = new string('語', 512);
        Feed(Flood.CrowdShare - 200, Level.Medium);
        Assert.Single(Open("auditwatch_flood"));

        var again = Feed(100, Level.Medium);
        var severe = _book.Apply([Long("made-up-severe", Level.High)]);

        Assert.DoesNotContain(again, change => change.Kind == AlertChangeKind.Opened);
        Assert.Equal((AlertChangeKind.Opened, AlertChangeKind.Closed), (severe[0].Kind, severe[^1].Kind));

        List<AlertChange> Feed(int count, Level level) => [.. _book.Apply([.. Enumerable.Range(0, count).Select(_ => Long($"made-up-{_next}", level))])];

        Finding Long(string actor, Level level) => Found("exec", actor: actor, level: level) is var found
            ? found.With(request: found.Request with { RequestUri = text, UserAgent = text, Command = text, Reason = text, ImpersonatedUser = text }, summary: text, why: [.. Enumerable.Repeat(text, 40)]) : throw new InvalidOperationException();
    }

    [Fact]
    public void Apply_DeniedWithoutRoomAmongManyWhoHaveOneEach_AreCountedAndReplaceNobody()
    {
        var text = new string('語', 512);
        while (_book.Apply([Long($"jane-{_next}", "allowed")]).All(change => change.Kind != AlertChangeKind.Closed))
        {
        }

        var changes = Enumerable.Range(0, 300).SelectMany(n => _book.Apply([Long("mallory", "denied"), Long($"nobody-{n % 10}", "denied"), Long($"many-{n}", "denied")])).ToList();

        Assert.InRange(changes.Count(change => change.Kind == AlertChangeKind.Opened), 1, 10);
        Assert.InRange(changes.Count(change => change.Kind == AlertChangeKind.Closed), 0, 10);
        Assert.InRange(Open("auditwatch_flood").Sum(alert => alert.Count), 890, 900);

        Finding Long(string actor, string outcome) => Found("exec", actor: actor, outcome: outcome) is var found
            ? found.With(request: found.Request with { RequestUri = text, UserAgent = text, Command = text, Reason = text, ImpersonatedUser = text }, summary: text, why: [.. Enumerable.Repeat(text, 40)]) : throw new InvalidOperationException();
    }

    [Fact]
    public void Apply_Others_HaveTheirOwnShare()
    {
        _book.Apply([.. Many(Flood.Share + 500, "exec")]);
        _book.Apply([.. Enumerable.Range(0, 1_000).Select(n => Found("exec", actor: $"user{n}")), Found("exec", cluster: "staging")]);

        Assert.Equal(Flood.Share + 1 + 1_000 + 1, _book.OpenCount);
    }

    [Fact]
    public void Apply_AfterTheFloodIsOver_TheActorHasAlertsOfTheirOwnAgain()
    {
        var time = new VirtualTime();
        var book = AlertBook.OnWallClock(time);
        book.Apply([.. Many(Flood.Share + 5, "exec")]);
        time.Advance(TimeSpan.FromHours(1));
        book.CloseQuiet();

        Assert.Equal([AlertChangeKind.Opened], book.Apply([Found("exec")]).Select(change => change.Kind));
        Assert.Equal(1, book.OpenCount);
    }

    [Fact]
    public void Apply_LogOfThePast_HasEveryAlert()
    {
        var book = AlertBook.OnEventTime();
        book.Apply([.. Many(Flood.Share + 500, "exec")]);

        Assert.Equal(Flood.Share + 500, book.OpenCount);
    }

    [Fact]
    public void Apply_AnyTexts_AlertStaysWithinItsBytes() => Prop.ForAll(
        Gen.Zip(Gen.Elements("a", "я", "語", "🔥", "\"", "\u0001"), Gen.Zip(Gen.Choose(0, 5_000), Gen.Choose(1, 25))).ToArbitrary(),
        shape =>
        {
            var (letter, (length, findingCount)) = shape;
            var text = new StringBuilder().Insert(0, letter, length).ToString();
            var request = new RequestSnapshot
            {
                AuditId = text,
                Verb = text,
                RequestUri = text,
                User = text,
                ImpersonatedUser = text,
                ClientIP = text,
                UserAgent = text,
                Reason = text,
                Command = text,
                Stage = text,
                ObjectRef = new ObjectReference(text, text, text, text, text),
                Related = [.. Enumerable.Repeat(text, 16)],
            };
            var findings = Enumerable.Range(0, findingCount).Select(n => Found("exec", actor: text, cluster: text).With(
                request: request with { AuditId = $"{n}{text}" }, summary: text, dedup: [new("actor", text)], why: [.. Enumerable.Repeat(text, 8)], updates: [new("command", [$"{n}{text}"])])).ToList();

            var alert = AlertBook.OnEventTime().Apply(findings)[^1].Alert;

            Assert.InRange(AlertSize.Of(alert), 0, AlertSize.MaxBytes);
            Assert.Equal(findingCount, alert.Count);
            Assert.True(alert.Requests.Count >= 1);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("short", 10, "short")]
    [InlineData("0123456789", 10, "0123456789")]
    [InlineData("0123456789x", 10, "0123456…")]
    [InlineData("яяяяяя", 10, "яяя…")]
    [InlineData("🔥🔥🔥", 10, "🔥…")]
    [InlineData("", 10, "")]
    public void Cut_AnyText_KeepsWholeCharacters(string text, int bytes, string expected) => Assert.Equal(expected, AlertSize.Cut(text, bytes));

    [Fact]
    public void Apply_NewValuesInRepeats_AreKeptWithTheirNumberAndWhenTheyCame()
    {
        _book.Apply([Bound("user:jane"), Bound("user:jane")]);

        var alert = _book.Apply([Bound("user:mallory")])[^1].Alert;

        Assert.Equal([("user:jane", 2, 1), ("user:mallory", 1, 3)], alert.Updates.Select(update => (update.Value, update.Count, update.Since)));

        Finding Bound(string subject) => Found("cluster_admin_bound").With(dedup: [new("name", "x")], updates: [new("binding.subjects", [subject])]);
    }

    [Fact]
    public void Apply_MoreNewValuesThanAreKept_KeepsTheFirstAndTheLatestAndCountsTheRest()
    {
        var alert = _book.Apply([.. Enumerable.Range(0, 100).Select(n => Found("exec").With(dedup: [new("name", "x")], updates: [new("command", [$"c{n}"])]))])[^1].Alert;

        Assert.Equal([.. Enumerable.Range(0, 10), .. Enumerable.Range(90, 10)], alert.Updates.Where(update => update.Value.Length > 0).Select(update => int.Parse(update.Value[1..], null)));
        Assert.Equal(80, alert.Updates.Single(update => update.Value.Length == 0).Count);
    }

    private IEnumerable<Alert> Open(string detection) => _book.All.Where(alert => alert.Status != AlertStatus.Closed && alert.Detection.Name == detection);

    private IEnumerable<Finding> Many(int count, string detection) => Enumerable.Range(0, count).Select(_ => Found(detection));

    private Finding Found(string detection, string actor = "mallory", string outcome = "denied", Level level = Level.Medium, string cluster = "prod") => new()
    {
        Detection = new DetectionRule { Name = detection, Title = detection, Summary = detection, Level = level, Location = default },
        Request = new RequestSnapshot { AuditId = $"{_next}", Outcome = outcome },
        Time = DateTimeOffset.UnixEpoch,
        Actor = actor,
        Cluster = cluster,
        Summary = detection,
        Dedup = [new("actor", actor), new("what", $"{_next++}")],
        Why = [],
    };
}
