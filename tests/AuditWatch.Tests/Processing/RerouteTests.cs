using AuditWatch.Alerts;
using AuditWatch.Notifications.Routing;
using AuditWatch.Tests.Notifications;

namespace AuditWatch.Tests.Processing;

/// <summary>Another routing while alerts are open.</summary>
public sealed class RerouteTests
{
    private readonly AlertLoopHarness _loop = new();

    [Fact]
    public async Task Reroute_SameRoutes_TellsNobodyAgain()
    {
        _loop.Find(_loop.Finding());
        Assert.Equal(["Opened: jane 1"], _loop.Told());

        await _loop.Loop.RerouteAsync(_loop.Routing);
        _loop.Pass(minutes: 10);

        Assert.Empty(_loop.Told());
        _loop.Find(_loop.Finding("joe"));
        Assert.Equal(["Opened: joe 1"], _loop.Told());
    }

    [Fact]
    public async Task Reroute_NewRoute_TellsItOfWhatIsOpen()
    {
        _loop.Find(_loop.Finding());
        _loop.Told();

        await _loop.Loop.RerouteAsync(_loop.Routing with { Root = new Route { Receiver = "soc", Routes = [new Route { Path = "{}/{level=\"high\"}", Receiver = "lead", Matchers = Matchers.None }] } });
        _loop.Pass(minutes: 0);

        Assert.Equal(["Opened: jane 1"], _loop.Told());
    }

    [Fact]
    public async Task Reroute_SilencesOfTheConfiguration_TakeThePlaceOfThoseBefore()
    {
        var (before, after) = (Silence("before", "jane"), Silence("after", "joe"));
        await _loop.Loop.AddAsync(Silence("by-hand", "jim") with { Configured = null });
        await _loop.Loop.RerouteAsync(_loop.Routing with { Silences = [before] });
        Assert.Equal(["before", "by-hand"], _loop.Loop.Snapshot.Silences.Select(silence => silence.Id).Order());

        await _loop.Loop.RerouteAsync(_loop.Routing with { Silences = [after] });

        Assert.Equal(["after", "by-hand"], _loop.Loop.Snapshot.Silences.Select(silence => silence.Id).Order());
        _loop.Find(_loop.Finding("jane"), _loop.Finding("joe"), _loop.Finding("jim"));
        Assert.Equal(["Opened: jane 1"], _loop.Told());
    }

    [Fact]
    public async Task Reroute_Inhibition_HoldsForAlertsThatAreOpen()
    {
        var source = SampleAlert.Rule("exec_reads_credentials", "Credentials read");
        _loop.Find(_loop.Finding(rule: source));
        _loop.Told();

        await _loop.Loop.RerouteAsync(_loop.Routing with
        {
            Inhibitions = [new InhibitionRule(Matchers.Parse("detection=exec_reads_credentials"), Matchers.Parse("detection=exec_into_pod"), ["actor"])],
        });
        _loop.Find(_loop.Finding());
        _loop.Pass(minutes: 0);

        Assert.Empty(_loop.Told());
    }

    private Silence Silence(string id, string actor) => new()
    {
        Id = id,
        Matchers = Matchers.Parse($"actor={actor}"),
        CreatedBy = "ops",
        Comment = "planned",
        StartsAt = _loop.Time.GetUtcNow(),
        EndsAt = _loop.Time.GetUtcNow().AddHours(1),
        Configured = new SourceLocation("auditwatch.yaml", 1, 1),
    };
}
