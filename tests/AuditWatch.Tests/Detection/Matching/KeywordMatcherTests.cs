using AuditWatch.Detection;
using AuditWatch.Tests.Detection.Sigma;
using AuditWatch.Tests.Events;

namespace AuditWatch.Tests.Detection.Matching;

public sealed class KeywordMatcherTests
{
    private const int Depth = 700;

    private static readonly string Nested = string.Concat(Enumerable.Repeat("""{"a":[""", Depth / 2)) + "\"bottom\"" + string.Concat(Enumerable.Repeat("]}", Depth / 2));

    // An API server drops an unknown field, however deep, and answers 200: whatever stands beside it is to be seen.
    [Theory]
    [InlineData("xmrig", true)]
    [InlineData("bottom", true)]
    [InlineData("nowhere", false)]
    public void Matches_EventNestedDeep_IsReadToItsEnd(string keyword, bool expected)
    {
        var failures = new EventFailures();
        var found = new List<Finding>();
        using var batch = Rule.Events(SmallEvent.With($"\"requestObject\":{Nested},\"userAgent\":\"xmrig\""));

        new DetectionEngine(new DetectionSet([Rule.Load($"keywords: [{keyword}]\ncondition: keywords")]), failures: failures).Detect(batch, found);

        Assert.Equal(expected, found.Count == 1);
        Assert.Empty(failures.Drain());
    }
}
