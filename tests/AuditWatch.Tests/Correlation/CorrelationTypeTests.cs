using System.Globalization;

namespace AuditWatch.Tests.Correlation;

/// <summary>
/// Each correlation type and condition against a timeline. A timeline is written as <c>second:rule=value</c>, in order of arrival; what comes out as
/// <c>first-last:count</c> for each alert that stands in the end.
/// </summary>
public class CorrelationTypeTests
{
    private const string Value = "objectRef.name";

    [Theory]
    [InlineData("{gte: 2}", "0:a 30:b 90:a", "0-30:2")]
    [InlineData("{gt: 2}", "0:a 30:b", "")]
    [InlineData("{gt: 2}", "0:a 30:b 31:a", "0-31:3")]
    [InlineData("{eq: 2}", "0:a 1:a 2:a 3:a", "0-1:2")]
    [InlineData("{gte: 2, lt: 4}", "0:a 1:a 2:a 3:a 4:a", "0-2:3")]
    [InlineData("{gte: 2, neq: 3}", "0:a 1:a 2:a", "0-1:2")]
    [InlineData("{gte: 2, neq: 3}", "0:a 1:a 2:a 3:a", "0-3:4")]
    [InlineData("{gt: 0, lte: 1}", "0:a 1:a 200:a", "0-200:2")]
    public void EventCount(string condition, string timeline, string expected) => Check($"type: event_count\nrules: [a, b]\ncondition: {condition}", timeline, expected);

    [Theory]
    [InlineData("0:a=x 1:a=y 2:a=z", "0-2:3")]
    [InlineData("0:a=x 1:a=x 2:a=y 3:a=y 4:b=z", "0-4:5")]
    [InlineData("0:a=x 1:a=y 2:a=x 3:a=y", "")]
    [InlineData("0:a=x 1:a=y 2:a=", "")]
    [InlineData("0:a=x 1:a=y 61:a=z", "")]
    [InlineData("0:a=x 40:a=y 61:a=z 65:a=w", "40-65:3")]
    [InlineData("0:a=x 1:a=X 2:a=\u0435", "0-2:3")]
    public void ValueCount(string timeline, string expected) =>
        Check($"type: value_count\nrules: [a, b]\ncondition: {{field: {Value}, gte: 3}}", timeline, expected);

    [Theory]
    [InlineData("0:a=x/1 1:a=x/2 2:a=y/1", "0-2:3")]
    [InlineData("0:a=x/1 1:a=x/1 2:a=x/2", "")]
    [InlineData("0:a=x/ 1:a=/x 2:a=x/x", "0-2:3")]
    [InlineData("0:a=x/1 1:a=x/2 2:a=/", "")]
    public void ValueCount_OfSeveralFields_CountsCombinations(string timeline, string expected) =>
        Check("type: value_count\nrules: [a]\ncondition: {field: [objectRef.name, objectRef.namespace], gte: 3}", timeline, expected);

    [Theory]
    [InlineData("0:c 10:a 20:b", "0-20:3")]
    [InlineData("0:a 10:a 20:b 30:b 40:c 50:c", "0-50:6")]
    [InlineData("0:a 10:b 60:c", "")]
    [InlineData("0:a 10:b", "")]
    public void Temporal(string timeline, string expected) => Check("type: temporal\nrules: [a, b, c]", timeline, expected);

    [Theory]
    [InlineData("{gte: 2}", "0:a 1:a 2:c", "0-2:3")]
    [InlineData("{eq: 2}", "0:a 1:b 2:c", "0-1:2")]
    public void Temporal_WithCondition_SoManyRulesAreEnough(string condition, string timeline, string expected) =>
        Check($"type: temporal\nrules: [a, b, c]\ncondition: {condition}", timeline, expected);

    [Theory]
    [InlineData("0:a 10:b 20:c", "0-20:3")]
    [InlineData("20:c 0:a 10:b", "0-20:3")]
    [InlineData("0:c 10:b 20:a", "")]
    [InlineData("0:b 1:a 2:c 3:b 4:a 5:c", "0-5:6")]
    [InlineData("0:a 10:b 60:c", "")]
    [InlineData("0:a 30:a 40:b 70:c", "30-70:3")]
    [InlineData("5:c 5:b 5:a", "5-5:3")]
    public void TemporalOrdered(string timeline, string expected) => Check("type: temporal_ordered\nrules: [a, b, c]", timeline, expected);

    [Theory]
    [InlineData("0:a=40 1:a=61", "0-1:2")]
    [InlineData("0:a=40 1:a=60", "")]
    [InlineData("0:a=99.5 1:a=-1000 2:a=0.5", "")]
    [InlineData("0:a=99.5 1:a=-1000 2:a=0.500001", "0-2:2")]
    [InlineData("0:a=many 1:a= 2:a=1e3 3:a=NaN", "2-2:1")]
    [InlineData("0:a=1e300", "0-0:1")]
    public void ValueSum(string timeline, string expected) => Check($"type: value_sum\nrules: [a]\ncondition: {{field: {Value}, gt: 100}}", timeline, expected);

    [Theory]
    [InlineData("{gte: 10}", "0:a=12 1:a=5 2:a=20", "0-2:3")]
    [InlineData("{lt: 10}", "0:a=12 1:a=5", "0-1:2")]
    [InlineData("{gt: 10}", "0:a=10", "")]
    [InlineData("{eq: -1.5}", "0:a=-1 1:a=-2", "0-1:2")]
    public void ValueAverage(string condition, string timeline, string expected) =>
        Check($"type: value_avg\nrules: [a]\ncondition: {condition.Replace("{", $"{{field: {Value}, ", StringComparison.Ordinal)}", timeline, expected);

    [Theory]
    [InlineData("value_percentile", "percentile: 100, gte: 9", "0:a=1 1:a=9", "0-1:2")]
    [InlineData("value_percentile", "percentile: 0, gte: 9", "0:a=9 1:a=1 62:a=9", "0-62:2")]
    [InlineData("value_percentile", "percentile: 75, gt: 5", "0:a=1 1:a=1 2:a=6", "0-2:3")]
    [InlineData("value_percentile", "percentile: 75, gt: 5", "0:a=1 1:a=1 2:a=1 3:a=6 4:a=1", "")]
    [InlineData("value_median", "lte: 2", "0:a=9 1:a=2", "0-1:2")]
    public void ValuePercentile_NearestRank(string type, string condition, string timeline, string expected) =>
        Check($"type: {type}\nrules: [a]\ncondition: {{field: {Value}, {condition}}}", timeline, expected);

    private static void Check(string section, string timeline, string expected)
    {
        var detections = Correlations.Load(Correlations.Document("test", $"{section}\ngroup-by: [actor]\ntimespan: 60s", "auditwatch: {dedup: {window: 1000h}}"));
        var findings = timeline.Split(' ').Select(one =>
        {
            var (second, rule, value) = one.Split(':', '=') is [var s, var r, .. var v] ? (s, r, v.FirstOrDefault("")) : throw new FormatException(one);
            var parts = value.Split('/');
            return detections.Finding(rule, double.Parse(second, CultureInfo.InvariantCulture), fields: [(Value, parts[0]), ("objectRef.namespace", parts[^1])]);
        });

        var alerts = detections.Alerts(findings.ToList()).Where(alert => alert.Detection.Name == "test");

        Assert.Equal(expected, string.Join(' ', alerts.Select(alert =>
            $"{Correlations.Seconds(alert.FirstSeen)}-{Correlations.Seconds(alert.LastSeen)}:{alert.Count}")));
    }
}
