using System.Diagnostics;
using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using Xunit.Abstractions;

namespace AuditWatch.Tests.Incidents;

/// <summary>What somebody who raises alerts by the thousand can do to the incidents of others, and to the service: nothing that anybody notices.</summary>
public sealed class IncidentFloodTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    // What others deal with, one story each.
    private static readonly Alert[] Others = [.. Enumerable.Range(0, 50).Select(i => Raised(i, $"victim-{i}", $"web/pods/{i}", [$"role:role-{i}"], $"10.1.0.{i}"))];

    public static TheoryData<string> Floods => [.. Attacks.Keys];

    private static readonly Dictionary<string, Func<int, Alert>> Attacks = new()
    {
        ["an object each"] = n => Raised(n, "mallory", $"web/pods/m{n}"),
        ["objects in a chain"] = n => Raised(n, "mallory", $"web/pods/m{n / 2}", [$"user:m{n / 50}"]),
        ["sixteen accounts each"] = n => Raised(n, "mallory", $"web/pods/m{n}", [.. Enumerable.Range(0, 16).Select(i => $"user:m{n}-{i}")]),
        ["what others deal with, denied"] = n => Raised(n, "mallory", $"web/pods/{n % 50}", [$"role:role-{n % 50}", $"user:victim-{n % 50}"], outcome: "denied"),
        ["what others deal with, allowed"] = n => Raised(n, "mallory", $"web/pods/{n % 50}", [$"role:role-{n % 50}"]),
        ["many accounts in a chain of objects"] = n => Raised(n, $"m{n / 2}", $"web/pods/m{(n + 1) / 2}"),
        ["many accounts in a chain of accounts"] = n => Raised(n, $"m{n}", $"web/pods/m{n}", [$"user:m{n + 1}"]),
    };

    [Theory]
    [MemberData(nameof(Floods))]
    public void Apply_ThousandsOfAlertsOfOneAttacker_StoriesOfOthersStayApartAndOneMoreTakesNoTime(string flood)
    {
        var book = new IncidentBook();
        book.Apply(Opened(Others), Start);
        var before = Others.Select(alert => book.Of(alert.Id)!.Id).ToList();
        foreach (var part in Enumerable.Range(100, 6_000).Select(Attacks[flood]).Chunk(500))
        {
            book.Apply(Opened(part), Start);
        }

        var began = Stopwatch.GetTimestamp();
        const int more = 20;
        for (var n = 6_100; n < 6_100 + more; n++)
        {
            book.Apply(Opened([Attacks[flood](n)]), Start);
        }

        var each = Stopwatch.GetElapsedTime(began) / more;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{each.TotalMilliseconds:0.0} ms for one more, {book.All.Count} incidents"));
        Assert.Equal(before, Others.Select(alert => book.Of(alert.Id)!.Id));
        Assert.Equal(Others.Length, before.Distinct().Count());
        Assert.InRange(each, TimeSpan.Zero, TimeSpan.FromMilliseconds(150));
    }

    [Theory]
    [InlineData("denied", 50)]
    [InlineData("allowed", 1)]
    public void Of_RequestsForWhatOthersDealWith_TieTheirStoriesOnlyIfTheyWereLetThrough(string outcome, int storiesOfOthers)
    {
        var (_, byAlert) = IncidentBook.Of([.. Others, .. Enumerable.Range(0, 50).Select(i => Raised(100 + i, "mallory", $"web/pods/{i}", outcome: outcome))]);

        Assert.Equal(storiesOfOthers, Others.Select(alert => byAlert[alert.Id].Id).Distinct().Count());
    }

    [Fact]
    public void Apply_AlertThatNamesMoreThanOneMay_IsCounted()
    {
        var book = new IncidentBook();
        var alert = Raised(1, "mallory", "web/pods/0");
        alert = alert with { Requests = [.. Enumerable.Range(0, 10).Select(i => alert.Requests[0] with { Related = [.. Enumerable.Range(0, 16).Select(n => $"user:u{i}-{n}")] })] };

        book.Apply(Opened([alert]), Start);

        // The account, the address, the object and 160 accounts.
        Assert.Equal(163 - AlertEntities.MaxOfAlert, book.DrainBeyond());
        Assert.Equal(0, book.DrainBeyond());
    }

    // So much is shared that most of it is of stories that are too large.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Apply_MoreThanAnIncidentMayHaveInAnyOrder_ComesToTheSame(int seed)
    {
        var random = new Random(seed);
        var alerts = Enumerable.Range(0, 1_500).Select(n => Raised(n, $"u{random.Next(500)}", $"web/pods/{random.Next(random.Next(2) == 0 ? 20 : 700)}", [$"user:u{random.Next(600)}"], $"10.0.{n}.1")).ToList();
        var (expected, _) = IncidentBook.Of(alerts);
        Assert.Contains(expected, incident => incident.AlertCount > 1);
        Assert.All(expected, incident => Assert.InRange(incident.AlertCount, 1, IncidentParts.MaxMembers));

        for (var round = 0; round < 2; round++)
        {
            var book = new IncidentBook();
            foreach (var part in alerts.OrderBy(_ => random.Next()).Chunk(random.Next(5, 200)))
            {
                book.Apply(Opened(part), Start);
            }

            Assert.Equal(expected.Select(Told).Order(), book.All.Select(Told).Order());
        }

        static string Told(Incident incident) => $"{incident.Id} {string.Join(',', incident.Alerts)}";
    }

    private static AlertChange[] Opened(IEnumerable<Alert> alerts) => [.. alerts.Select(alert => new AlertChange(AlertChangeKind.Opened, alert))];

    private static Alert Raised(int n, string actor, string target, IReadOnlyList<string>? related = null, string address = "10.0.0.1", string outcome = "allowed")
    {
        var parts = target.Split('/');
        var time = Start.AddMilliseconds(n);
        return new Alert
        {
            Id = Fingerprint.Hash([$"{n}", actor, target]),
            Fingerprint = Fingerprint.Hash([actor, target]),
            Detection = new AlertDetection { Name = "exec_into_pod", Title = "Command run", Level = Level.Medium },
            Level = Level.Medium,
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
                new RequestSnapshot
                {
                    AuditId = $"{n}", Time = time, Verb = "create", RequestUri = target, User = actor, ClientIP = address, Outcome = outcome, Related = related ?? [],
                    ObjectRef = new ObjectReference(null, parts[1], null, parts[0], parts[2]),
                },
            ],
        };
    }
}
