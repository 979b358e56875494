using AuditWatch.Events;
using AuditWatch.Events.Json;

namespace AuditWatch.Tests.Events;

/// <summary>The body of a patch is the attacker's own JSON: whatever the reader lets through, a path must be able to walk.</summary>
public class FieldPathHostileTests
{
    [Theory]
    [InlineData("""{"\ud800":1,"spec":{"hostPID":"found"}}""")]
    [InlineData("""{"s\ud800":1,"spec":{"\udc00":2,"h\ud800":3,"hostPID":"found"}}""")]
    [InlineData("""{"sp\u0065c":{"host\u0050ID":"found"}}""")]
    public void Any_KeysWithEscapes_FindsTheValue(string body)
    {
        Assert.Equal(["found"], Values(body, "requestObject.spec.hostPID"));
    }

    [Fact]
    public void Any_NestedFarDeeperThanThePath_FindsTheValue()
    {
        var deep = new string('[', 9_000) + new string(']', 9_000);

        Assert.Equal(["found"], Values($$$"""{"x":{{{deep}}},"spec":{"x":{{{deep}}},"hostPID":"found"}}""", "requestObject.spec.hostPID"));
    }

    [Fact]
    public void Any_ArraysWithinArrays_FindsEveryElementWithoutRecursion()
    {
        var body = $$"""{"spec":{{new string('[', 9_000)}}{"hostPID":"a"},[{"hostPID":["b",[["c"]]]}]{{new string(']', 9_000)}}}""";

        Assert.Equal(["a", "b", "c"], Values(body, "requestObject.spec.hostPID"));
    }

    [Fact]
    public void Exists_ArraysWithinArrays_SeesTheElements()
    {
        var found = $$"""{"spec":{{new string('[', 9_000)}}{"hostPID":null}{{new string(']', 9_000)}}}""";
        var missing = found.Replace("hostPID", "hostIPC", StringComparison.Ordinal);

        using var with = Reading.One($$"""{"auditID":"x","verb":"","user":{},"requestObject":{{found}}}""");
        using var without = Reading.One($$"""{"auditID":"x","verb":"","user":{},"requestObject":{{missing}}}""");

        Assert.True(FieldPath.Parse("requestObject.spec.hostPID").Exists(with[0]));
        Assert.False(FieldPath.Parse("requestObject.spec.hostPID").Exists(without[0]));
    }

    private static List<string> Values(string body, string path)
    {
        using var batch = Reading.One($$"""{"auditID":"x","verb":"","user":{},"requestObject":{{body}}}""");
        var seen = new Seen();
        FieldPath.Parse(path).Any(batch[0], seen);
        return seen.Values;
    }

    private sealed class Seen : IValueVisitor
    {
        public List<string> Values { get; } = [];

        public bool Visit(JsonValue value)
        {
            Values.Add(value.ToString());
            return false;
        }
    }
}
