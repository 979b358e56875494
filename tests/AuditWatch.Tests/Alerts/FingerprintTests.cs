using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Tests.Alerts;

public class FingerprintTests
{
    private static readonly Finding Finding = new()
    {
        Detection = new DetectionRule { Name = "exec_into_pod", Title = "Exec", Summary = "Exec", Location = default },
        Request = new RequestSnapshot { AuditId = "one" },
        Time = new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero),
        Actor = "jane",
        Cluster = "prod",
        Summary = "Exec",
        Dedup = [KeyValuePair.Create("actor", "jane"), KeyValuePair.Create("objectRef.namespace", "web")],
        Why = [],
    };

    // Receivers and people keep fingerprints and ids: they must not change from one version to the next.
    [Fact]
    public void Of_KnownFinding_IsWhatItHasAlwaysBeen()
    {
        Assert.Equal("1f002bd5f5b6280e", Fingerprint.Of(Finding));
        Assert.Equal("abd3042787809e4c", Fingerprint.IdOf(Fingerprint.Of(Finding), Finding));
    }

    public static TheoryData<string, Finding> SameAlert => new()
    {
        { "another time", Finding.With(time: Finding.Time.AddDays(1)) },
        { "another request", Finding.With(request: new RequestSnapshot { AuditId = "two" }) },
        { "another actor than the one it is told by", Finding.With(actor: "impersonated") },
        { "another title", Finding.With(detection: Finding.Detection with { Title = "Exec, reworded", Level = Level.High }) },
        { "another reason", Finding.With(why: ["verb: get"], summary: "Exec again", count: 7) },
    };

    public static TheoryData<string, Finding> OtherAlert => new()
    {
        { "another detection", Finding.With(detection: Finding.Detection with { Name = "attach_to_pod" }) },
        { "another cluster", Finding.With(cluster: "test") },
        { "another value", Finding.With(dedup: [KeyValuePair.Create("actor", "jane"), KeyValuePair.Create("objectRef.namespace", "db")]) },
        { "values swapped", Finding.With(dedup: [KeyValuePair.Create("actor", "web"), KeyValuePair.Create("objectRef.namespace", "jane")]) },
        { "values run together", Finding.With(dedup: [KeyValuePair.Create("actor", "janeobjectRef.namespace"), KeyValuePair.Create("", "web")]) },
        { "a value less", Finding.With(dedup: [KeyValuePair.Create("actor", "jane")]) },
        { "no values", Finding.With(dedup: []) },
    };

    [Theory]
    [MemberData(nameof(SameAlert))]
    public void Of_DifferenceThatIsNotWhatItIsToldBy_IsTheSame(string difference, Finding other) =>
        Assert.True(Fingerprint.Of(Finding) == Fingerprint.Of(other), difference);

    [Theory]
    [MemberData(nameof(OtherAlert))]
    public void Of_DifferenceInWhatItIsToldBy_IsAnother(string difference, Finding other) =>
        Assert.False(Fingerprint.Of(Finding) == Fingerprint.Of(other), difference);

    [Fact]
    public void IdOf_AnotherTimeOrRequest_IsAnother()
    {
        var fingerprint = Fingerprint.Of(Finding);
        string[] ids =
        [
            Fingerprint.IdOf(fingerprint, Finding),
            Fingerprint.IdOf(fingerprint, Finding.With(time: Finding.Time.AddTicks(1))),
            Fingerprint.IdOf(fingerprint, Finding.With(request: new RequestSnapshot { AuditId = "two" })),
            Fingerprint.IdOf(fingerprint, Finding.With(request: new RequestSnapshot())),
        ];

        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{16}$", id));
    }
}
