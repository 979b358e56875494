using AuditWatch.State;

namespace AuditWatch.Tests.State;

public class StateChangesTests
{
    [Fact]
    public void Put_LongestOfEverything_IsTaken()
    {
        var changes = new StateChanges();
        changes.Put(new string('t', 255), new string('k', 1024), new byte[64 << 20]);

        Assert.Single(changes.All);
    }

    [Theory]
    [InlineData("", "k", 0)]
    [InlineData("t", "", 0)]
    [InlineData("t", "k", (64 << 20) + 1)]
    public void Put_EmptyOrTooLarge_IsRefused(string table, string key, int length) =>
        Assert.ThrowsAny<ArgumentException>(() => new StateChanges().Put(table, key, new byte[length]));

    [Theory]
    [InlineData(256, 1)]
    [InlineData(1, 1025)]
    public void Delete_NameTooLong_IsRefused(int tableLength, int keyLength) =>
        Assert.Throws<ArgumentException>(() => new StateChanges().Delete(new string('t', tableLength), new string('k', keyLength)));

    [Fact]
    public void Delete_NameTooLongInUtf8_IsRefused() => Assert.Throws<ArgumentException>(() => new StateChanges().Delete("t", new string('é', 513)));

    [Fact]
    public void Put_TooMuchTogether_IsRefused()
    {
        var changes = new StateChanges();
        var value = new byte[StateChanges.MaxValueBytes];
        for (var i = 0; i < 3; i++)
        {
            changes.Put("t", "k", value);
        }

        Assert.ThrowsAny<ArgumentException>(() => changes.Put("t", "k", value));
        Assert.Equal(3, changes.All.Count);
    }
}
