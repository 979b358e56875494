using AuditWatch.Composites;
using AuditWatch.Detection;
using AuditWatch.Events;

namespace AuditWatch.Tests.Composites;

public class StepKeysTests
{
    private static readonly DetectionSet Detections = CompositeSets.Load();

    [Fact]
    public void Add_FieldsWithSeveralValues_IsAKeyForEachChoiceOfThem()
    {
        var all = Keys(["x", "y"], ["1", "2", "3"]);

        Assert.Equal(6, all.Distinct().Count());
        string[] ones = ["x", "y"];
        Assert.Equal(all.Order(), ones.SelectMany(one => new[] { "1", "2", "3" }.SelectMany(two => Keys([one], [two]))).Order());
    }

    [Theory]
    [InlineData("", 0, "y")]
    [InlineData("prod", 0, "x")]
    [InlineData("", 1, "x")]
    public void Add_AnotherClusterIndexOrValue_IsAnotherKey(string cluster, int index, string value) =>
        Assert.NotEqual(Keys(["x"], ["1"]), Keys([value], ["1"], cluster, index));

    [Fact]
    public void Add_ValuesChangePlaces_IsAnotherKey() => Assert.NotEqual(Keys(["x"], ["1"]), Keys(["1"], ["x"]));

    [Fact]
    public void Add_ThousandsOfValuesTwice_AreNoMoreKeysThanAFieldHasValues()
    {
        string[] many = [.. Enumerable.Range(0, EventValues.MaxValues).Select(n => $"v{n}")];

        Assert.Equal(EventValues.MaxValues, Keys(many, many).Count);
    }

    private static List<ulong> Keys(string[] one, string[] two, string cluster = "", int index = 0)
    {
        var keys = new List<ulong>();
        var source = new KeptFinding { Id = 1, Finding = Detections.Finding("a", 0, cluster: cluster), IsShown = true, Time = 0, Sequence = 0, Account = "jane" };
        StepKeys.Add(keys, new StepFact { Step = 0, Time = 0, Values = [one, two], Source = source }, [0, 1], new StepIndex(index, ["one", "two"], [0, 1]));
        return keys;
    }
}
