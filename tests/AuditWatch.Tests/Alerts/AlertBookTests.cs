using AuditWatch.Alerts;
using AuditWatch.Detection;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Alerts;

public class AlertBookTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    private static readonly DetectionRule Rule = new()
    {
        Name = "exec_into_pod",
        Title = "Exec",
        Summary = "Exec",
        DedupWindow = TimeSpan.FromHours(1),
        Location = default,
    };

    [Fact]
    public void Apply_FirstFinding_OpensAnAlertWithWhatItSays()
    {
        var finding = At(5).With(cluster: "prod", summary: "jane ran sh", why: ["verb: create"]);

        var change = Assert.Single(AlertBook.OnEventTime().Apply([finding]));

        Assert.Equal(AlertChangeKind.Opened, change.Kind);
        Assert.Equal(
            ("jane ran sh", "jane", "prod", 1, Start.AddMinutes(5), Start.AddMinutes(5)),
            (change.Alert.Summary, change.Alert.Actor, change.Alert.Cluster, change.Alert.Count, change.Alert.FirstSeen, change.Alert.LastSeen));
        Assert.Equal(finding.Dedup, change.Alert.Dedup);
        Assert.Equal(finding.Why, change.Alert.Why);
        Assert.Equal([finding.Request], change.Alert.Requests);
        Assert.Equal(Rule.Name, change.Alert.Detection.Name);
    }

    [Fact]
    public void Apply_SameFingerprintWithinTheWindow_JoinsTheAlert()
    {
        var changes = AlertBook.OnEventTime().Apply([At(10), At(20), At(5), At(69)]);

        Assert.Equal([AlertChangeKind.Opened, AlertChangeKind.Repeated, AlertChangeKind.Repeated, AlertChangeKind.Repeated], changes.Select(change => change.Kind));
        Assert.Single(changes.Select(change => change.Alert.Id).Distinct());
        Assert.Equal((4, Start.AddMinutes(5), Start.AddMinutes(69)), (changes[^1].Alert.Count, changes[^1].Alert.FirstSeen, changes[^1].Alert.LastSeen));
        Assert.Equal(1, changes[0].Alert.Count);
    }

    [Theory]
    [InlineData(59.9, 1)]
    [InlineData(60, 2)]
    [InlineData(-59.9, 1)]
    [InlineData(-60, 2)]
    public void Apply_AtTheEndOfTheWindow_OpensANewAlert(double minutesLater, int alerts)
    {
        var changes = AlertBook.OnEventTime().Apply([At(100), At(100 + minutesLater)]);

        Assert.Equal(alerts, changes.Select(change => change.Alert.Id).Distinct().Count());
        Assert.Single(changes.Select(change => change.Alert.Fingerprint).Distinct());
    }

    [Fact]
    public void Apply_WindowCountsFromTheOpening_NotFromTheLastRepeat()
    {
        var changes = AlertBook.OnEventTime().Apply([At(0), At(50), At(100), At(150)]);

        Assert.Equal([AlertChangeKind.Opened, AlertChangeKind.Repeated, AlertChangeKind.Closed, AlertChangeKind.Opened, AlertChangeKind.Repeated], changes.Select(change => change.Kind));
    }

    [Fact]
    public void Apply_OnWallClock_CountsTheTimeThatPassesAndNotThatOfEvents()
    {
        var time = new VirtualTime();
        var book = AlertBook.OnWallClock(time);

        Assert.Equal(AlertChangeKind.Opened, book.Apply([At(0)])[0].Kind);
        Assert.Equal(AlertChangeKind.Repeated, book.Apply([At(100_000)])[0].Kind);
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(AlertChangeKind.Repeated, book.Apply([At(0)])[0].Kind);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([AlertChangeKind.Closed, AlertChangeKind.Repeated], book.Apply([At(0)]).Select(change => change.Kind));
        Assert.Equal([AlertChangeKind.Opened], book.Apply([At(1)]).Select(change => change.Kind));
    }

    [Fact]
    public void Apply_FindingThatStandsForSeveral_CountsThemAll()
    {
        var burst = At(30).With(count: 25, firstTime: Start.AddMinutes(3), requests: [.. Enumerable.Range(0, 25).Select(n => Request($"r{n}"))]);

        var changes = AlertBook.OnEventTime().Apply([burst, At(31)]);

        Assert.Equal((25, Start.AddMinutes(3), Start.AddMinutes(30)), (changes[0].Alert.Count, changes[0].Alert.FirstSeen, changes[0].Alert.LastSeen));
        Assert.Equal((26, Start.AddMinutes(3), Start.AddMinutes(31)), (changes[1].Alert.Count, changes[1].Alert.FirstSeen, changes[1].Alert.LastSeen));
        Assert.Equal([.. Enumerable.Range(0, AlertBook.SampleSize - 1).Select(n => $"r{n}"), "31"], changes[1].Alert.Requests.Select(request => request.AuditId));
    }

    [Fact]
    public void Apply_ManyRepeats_KeepsTheFirstRequestsAndTheLast()
    {
        var changes = AlertBook.OnEventTime().Apply([.. Enumerable.Range(0, 30).Select(minute => At(minute))]);

        Assert.Equal(30, changes[^1].Alert.Count);
        Assert.Equal([.. Enumerable.Range(0, AlertBook.SampleSize - 1).Select(minute => $"{minute}"), "29"], changes[^1].Alert.Requests.Select(request => request.AuditId));
    }

    [Fact]
    public void Apply_ManyRepeats_KeepsWhatNoOtherRequestSays()
    {
        string[] ran = [.. Enumerable.Repeat("ls", 20), "id", .. Enumerable.Repeat("ls", 20), "cat /etc/shadow", "curl evil", .. Enumerable.Repeat("ls", 20)];
        var book = AlertBook.OnEventTime();
        var requests = ran.Select((command, second) => Request($"{second}") with { Command = command, ClientIP = second == 50 ? "203.0.113.7" : "10.0.0.1", Outcome = second == 55 ? "denied" : "allowed" });

        var kept = book.Apply([.. requests.Select((request, second) => At(second / 60.0).With(request: request))])[^1].Alert.Requests;

        Assert.Equal(AlertBook.SampleSize, kept.Count);
        Assert.Equal(["0", "1", "2"], kept.Take(3).Select(request => request.AuditId));
        Assert.Equal($"{ran.Length - 1}", kept[^1].AuditId);
        Assert.Equal(["20", "41", "42", "50", "55"], kept.Skip(3).Where(request => (request.Command, request.ClientIP, request.Outcome) != ("ls", "10.0.0.1", "allowed")).Select(request => request.AuditId));
    }

    [Fact]
    public void Apply_RequestsThatAreTooLarge_KeepsTheFirstAndTheLatest()
    {
        var book = AlertBook.OnEventTime();

        var alert = book.Apply([.. Enumerable.Range(0, 30).Select(n => At(n).With(request: Request($"{n}") with { Command = new string((char)('a' + (n % 26)), 3000) }))])[^1].Alert;

        Assert.InRange(AlertSize.Of(alert), 1, AlertSize.MaxBytes);
        Assert.Equal(("0", "29"), (alert.Requests[0].AuditId, alert.Requests[^1].AuditId));
    }

    [Fact]
    public void Apply_SameEventsReadAgain_GivesTheSameIds()
    {
        Finding[] findings = [At(0), At(10, "other"), At(70)];

        Assert.Equal(
            AlertBook.OnEventTime().Apply(findings).Select(change => change.Alert.Id),
            AlertBook.OnEventTime().Apply(findings).Select(change => change.Alert.Id));
    }

    [Fact]
    public void Apply_FloodOfOneActor_ClosesNoAlertOfOthersAndKeepsWhatWasAllowed()
    {
        var book = AlertBook.OnEventTime();
        var quiet = book.Apply([At(0, "quiet")])[0].Alert.Id;
        var allowed = book.Apply([Of("flood", "real", "allowed")])[0].Alert.Id;

        book.Apply([.. Enumerable.Range(0, AlertBook.Capacity + 500).Select(n => Of("flood", $"{n}", "denied"))]);

        Assert.Equal(AlertBook.Capacity, book.OpenCount);
        Assert.True(book.TryGet(quiet, out var of) && of.Status == AlertStatus.Open);
        Assert.True(book.TryGet(allowed, out var real) && real.Status == AlertStatus.Open);

        static Finding Of(string actor, string what, string outcome) => At(0).With(
            actor: actor, request: new RequestSnapshot { AuditId = what, Outcome = outcome }, dedup: [new("actor", actor), new("what", what)]);
    }

    [Fact]
    public void Apply_MoreAlertsThanHeld_TheOneOpenedLongestAgoLeaves()
    {
        var book = AlertBook.OnEventTime();
        book.Apply([At(0, "first"), At(0, "second")]);

        book.Apply([.. Enumerable.Range(0, AlertBook.Capacity - 1).Select(n => At(0, $"user{n}"))]);

        Assert.Equal(AlertChangeKind.Repeated, book.Apply([At(1, "second")])[0].Kind);
        Assert.Equal(AlertChangeKind.Opened, book.Apply([At(1, "first")])[0].Kind);
    }

    [Fact]
    public void Apply_AnyOrderWithinAWindow_GivesTheSameCountsAndTimes() => Prop.ForAll(
        Gen.Zip(Gen.Choose(0, 59), Gen.Elements("x", "y", "z")).NonEmptyListOf().ToArbitrary(),
        pairs =>
        {
            var findings = pairs.Select(pair => At(pair.Item1, pair.Item2)).ToArray();

            Assert.Equal(Summaries(findings), Summaries([.. findings.Reverse()]));
            Assert.Equal(Summaries(findings), Summaries([.. findings.OrderBy(finding => finding.Actor).ThenByDescending(finding => finding.Time)]));
        }).QuickCheckThrowOnFailure();

    private static IEnumerable<(string, int, DateTimeOffset, DateTimeOffset)> Summaries(Finding[] findings) => AlertBook.OnEventTime().Apply(findings)
        .GroupBy(change => change.Alert.Id)
        .Select(changes => changes.Last().Alert)
        .Select(alert => (alert.Actor, alert.Count, alert.FirstSeen, alert.LastSeen))
        .Order();

    private static Finding At(double minute, string actor = "jane") => new()
    {
        Detection = Rule,
        Request = Request(minute.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        Time = Start.AddMinutes(minute),
        Actor = actor,
        Summary = "Exec",
        Dedup = [KeyValuePair.Create("actor", actor)],
        Why = [],
    };

    private static RequestSnapshot Request(string id) => new() { AuditId = id };
}
