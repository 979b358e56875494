using AuditWatch.State;

namespace AuditWatch.Tests.State;

public class StateChangesTests
{
    private static readonly StateTable Table = StateTables.Checkpoints;

    [Fact]
    public void Put_LongestOfEverything_IsTaken()
    {
        var changes = new StateChanges();
        changes.Put(Table, new string('k', 1024), new byte[64 << 20]);

        Assert.Single(changes.All);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("k", (64 << 20) + 1)]
    public void Put_EmptyOrTooLarge_IsRefused(string key, int length) => Assert.ThrowsAny<ArgumentException>(() => new StateChanges().Put(Table, key, new byte[length]));

    [Fact]
    public void Delete_KeyTooLongInUtf8_IsRefused() => Assert.Throws<ArgumentException>(() => new StateChanges().Delete(Table, new string('é', 513)));

    [Fact]
    public void Put_TooMuchTogether_IsRefused()
    {
        var changes = new StateChanges();
        var value = new byte[StateChanges.MaxValueBytes];
        for (var i = 0; i < 3; i++)
        {
            changes.Put(Table, "k", value);
        }

        Assert.ThrowsAny<ArgumentException>(() => changes.Put(Table, "k", value));
        Assert.Equal(3, changes.All.Count);
    }

    [Fact]
    public void Put_ValuesThatDoNotFitTheTable_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new StateChanges().Put(Table, ["k"]));
        Assert.Throws<ArgumentException>(() => new StateChanges().Put(Table, ["k", 1.5]));
    }

    [Fact]
    public void Put_Time_IsKeptInUtcToTheMicrosecond()
    {
        var changes = new StateChanges();
        changes.Put(StateTables.Silences, ["1", "[]", "jane", "", new DateTimeOffset(2026, 11, 21, 2, 0, 0, TimeSpan.FromHours(2)).AddTicks(1_234_567), default(DateTimeOffset)]);

        Assert.Equal(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero).AddTicks(1_234_560), changes.All[0].Row.Time("starts_at"));
    }
}
