using AuditWatch.Sources.Webhook;

namespace AuditWatch.Tests.Sources.Webhook;

public class ClusterNamesTests
{
    [Fact]
    public void Admit_MoreNamesThanThereIsRoomFor_TellsTheFirstOnesApart()
    {
        var names = new ClusterNames(most: 2);

        Assert.Equal(["a", "", "b", "(others)", "a", "(others)", "b"], new[] { "a", "", "b", "c", "a", "d", "b" }.Select(name => names.Admit(name, out _)));
    }

    [Fact]
    public void Admit_FirstBeyond_IsSaidOnce()
    {
        var names = new ClusterNames(most: 1);

        Assert.Equal([false, true, false, false], new[] { "a", "b", "c", "a" }.Select(name =>
        {
            names.Admit(name, out var isFirstBeyond);
            return isFirstBeyond;
        }));
    }
}
