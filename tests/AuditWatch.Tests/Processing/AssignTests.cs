namespace AuditWatch.Tests.Processing;

/// <summary>An alert that is given to somebody.</summary>
public sealed class AssignTests
{
    private readonly AlertLoopHarness _loop = new();

    [Fact]
    public async Task Assign_AcknowledgedAlert_HasAnotherOwnerAndThoseToldOfItHearSo()
    {
        _loop.Find(_loop.Finding());
        var id = _loop.Alerts[0].Id;
        await _loop.Loop.AcknowledgeAsync(id, "ann");
        _loop.Told();

        Assert.True(await _loop.Loop.AssignAsync(id, "ann", "max"));

        Assert.Equal(["Acknowledged: jane 1"], _loop.Told());
        Assert.Equal("max", _loop.Alerts[0].AcknowledgedBy);
        Assert.Contains("assigned ann: to max", _loop.History("jane"));
    }

    [Fact]
    public async Task Assign_ClosedAlertOrNone_IsRefused()
    {
        _loop.Find(_loop.Finding());
        var id = _loop.Alerts[0].Id;
        await _loop.Loop.CloseAsync(id, "ann");

        Assert.False(await _loop.Loop.AssignAsync(id, "ann", "max"));
        Assert.False(await _loop.Loop.AssignAsync("0000000000000000", "ann", "max"));
        Assert.DoesNotContain(_loop.History("jane"), happened => happened.StartsWith("assigned", StringComparison.Ordinal));
    }
}
