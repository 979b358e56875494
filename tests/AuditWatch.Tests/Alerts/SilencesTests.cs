using AuditWatch.Alerts;
using AuditWatch.Tests.Notifications;

namespace AuditWatch.Tests.Alerts;

public class SilencesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly Silences _silences = new();

    [Theory]
    [InlineData(-61, SilenceState.Pending)]
    [InlineData(-60, SilenceState.Active)]
    [InlineData(0, SilenceState.Active)]
    [InlineData(59, SilenceState.Active)]
    [InlineData(60, SilenceState.Expired)]
    public void ActiveFor_Time_CountsFromTheStartToBeforeTheEnd(int minutes, SilenceState expected)
    {
        var silence = Make("one", "actor=jane@example.com");
        Add(silence);

        Assert.Equal(expected, silence.StateAt(Now.AddMinutes(minutes)));
        Assert.Equal(expected == SilenceState.Active ? [silence] : [], _silences.ActiveFor(SampleAlert.Exec(), Now.AddMinutes(minutes)));
    }

    [Fact]
    public void ActiveFor_Alert_NamesEverySilenceThatMatches()
    {
        Add(Make("all", "level=~.+"));
        Add(Make("other", "level=low"));
        Add(Make("high", "level=high, cluster=prod"));
        Add(Make("both", "level=high, cluster=test"));

        Assert.Equal(["all", "high"], _silences.ActiveFor(SampleAlert.Exec(), Now).Select(silence => silence.Id).Order());
    }

    [Fact]
    public void Expire_Active_EndsItNow()
    {
        Add(Make("one", "level=high"));

        var ended = _silences.Expire("one", Now, out var problem);

        Assert.Equal((Now.AddHours(-1), Now, ""), (ended!.StartsAt, ended.EndsAt, problem));
        Assert.Equal([ended], _silences.All);
        Assert.Empty(_silences.ActiveFor(SampleAlert.Exec(), Now));
    }

    [Fact]
    public void Expire_Pending_IsNeverActive()
    {
        Add(Make("one", "level=high") with { StartsAt = Now.AddMinutes(1) });

        _silences.Expire("one", Now, out _);

        Assert.Equal(SilenceState.Expired, Assert.Single(_silences.All).StateAt(Now));
        Assert.Empty(_silences.ActiveFor(SampleAlert.Exec(), Now.AddMinutes(2)));
    }

    [Fact]
    public void Expire_Impossible_SaysWhy()
    {
        Add(Make("over", "level=high") with { EndsAt = Now.AddMinutes(-1) });
        Add(Make("configured", "level=high") with { Configured = new SourceLocation("auditwatch.yaml", 7, 5) });

        Assert.Null(_silences.Expire("nobody", Now, out var unknown));
        Assert.Null(_silences.Expire("over", Now, out var over));
        Assert.Null(_silences.Expire("configured", Now, out var configured));

        Assert.Equal("there is no silence 'nobody'", unknown);
        Assert.Equal("the silence 'over' is over already, since 2026-11-21 11:59:00 UTC", over);
        Assert.Equal("the silence 'configured' stands in the configuration, at auditwatch.yaml:7:5: take it out there", configured);
        Assert.Equal(SilenceState.Active, _silences.All.Single(silence => silence.Id == "configured").StateAt(Now));
    }

    [Fact]
    public void TryAdd_Full_ForgetsTheOneThatHasBeenOverForLongest()
    {
        for (var i = 0; i < Silences.Capacity - 2; i++)
        {
            Add(Make($"{i}", "level=high"));
        }

        Add(Make("over for longer", "level=high") with { EndsAt = Now.AddMinutes(-2) });
        Add(Make("over", "level=high") with { EndsAt = Now.AddMinutes(-1) });

        Assert.True(_silences.TryAdd(Make("new", "level=high"), Now, out var first));
        Assert.True(_silences.TryAdd(Make("newer", "level=high"), Now, out var second));
        Assert.False(_silences.TryAdd(Make("too many", "level=high"), Now, out _));
        Assert.True(_silences.TryAdd(Make("newer", "level=low"), Now, out _));

        Assert.Equal(("over for longer", "over"), (first?.Id, second?.Id));
        Assert.Equal(Silences.Capacity, _silences.All.Count);
    }

    [Theory]
    [InlineData("{}", "a matcher is missing: say which alerts are to be silent")]
    [InlineData("namespace=\"\"", "every matcher holds for an empty label, so that nearly every alert would be silent: add one that does not")]
    [InlineData("namespace=~.*, cluster=~prod|", "every matcher holds for an empty label, so that nearly every alert would be silent: add one that does not")]
    [InlineData("namespace=~.*, cluster=prod", null)]
    [InlineData("level!~high|critical", null)]
    public void Problems_Matchers_AreThoseOfAlertmanager(string matchers, string? expected) =>
        Assert.Equal(expected, Make("one", matchers).Problems().SingleOrDefault());

    [Fact]
    public void Problems_AllWrong_AreToldAtOnce()
    {
        var silence = Make("one", string.Join(',', Enumerable.Repeat("level=high", 101))) with { CreatedBy = " ", Comment = new string('a', 2_001), EndsAt = Now.AddHours(-1) };

        Assert.Equal(
            ["there can be 100 matchers, not 101", "the author is missing", "the comment can have 2,000 characters, not 2,001", "it ends before it starts"], silence.Problems());
    }

    private static Silence Make(string id, string matchers) => new()
    {
        Id = id,
        Matchers = Matchers.Parse(matchers),
        CreatedBy = "jane",
        Comment = "maintenance",
        StartsAt = Now.AddHours(-1),
        EndsAt = Now.AddHours(1),
    };

    private void Add(Silence silence) => Assert.True(_silences.TryAdd(silence, Now, out _));
}
