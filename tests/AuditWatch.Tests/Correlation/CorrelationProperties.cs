using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Correlation;
using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Correlation;

/// <summary>
/// On random streams, for random correlations of every type and correlations over them: whatever order findings arrive in within the lateness bound,
/// and however often, the alerts are those of the slow and obvious reference.
/// </summary>
public class CorrelationProperties
{
    private const string Field = "objectRef.name";
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(40);

    public static TheoryData<string> Types => [.. Enum.GetNames<CorrelationType>()];

    [Theory]
    [MemberData(nameof(Types))]
    public void Correlate_AnyOrderWithinTheBound_GivesTheAlertsOfTheReference(string type) => Check(Enum.Parse<CorrelationType>(type));

    private static void Check(CorrelationType kind) => Prop.ForAll(
        (from correlation in Correlation(kind)
         from above in Above
         from seconds in Gen.Elements(10, 60, 300)
         from findings in FindingWithin(seconds).ListOf(40)
         select (correlation, above, findings)).ToArbitrary(),
        sample =>
        {
            var detections = Set(sample.correlation, sample.above);
            var stream = sample.findings.Select((finding, index) => finding.In(detections, index)).ToList();

            var expected = new ReferenceCorrelator(detections).Correlate(stream)
                .Order().Select(one => $"{one.Detection} {one.Group} {one.Count} {Correlations.Seconds(one.First)}-{Correlations.Seconds(one.Last)}");
            var arriving = stream.Zip(sample.findings).OrderBy(pair => pair.First.Time + pair.Second.Delay).Select(pair => pair.First);

            Assert.Equal(expected, Alerts(detections, arriving));
        }).QuickCheckThrowOnFailure();

    private static IEnumerable<string> Alerts(DetectionSet detections, IEnumerable<Finding> arriving)
    {
        var correlator = new Correlator(detections, Lateness);
        var book = AlertBook.OnEventTime();
        var alerts = new Dictionary<string, Alert>(StringComparer.Ordinal);
        foreach (var finding in arriving)
        {
            // A repeat must change nothing.
            Keep(correlator.Correlate([finding, finding], Correlations.Received));
        }

        Keep(correlator.Complete());
        return alerts.Values
            .Select(alert => (alert.Detection.Name, Group: string.Join('|', alert.Dedup.Select(pair => pair.Value).Prepend(alert.Cluster)), alert.Count, alert.FirstSeen, alert.LastSeen))
            .Order().Select(one => $"{one.Name} {one.Group} {one.Count} {Correlations.Seconds(one.FirstSeen)}-{Correlations.Seconds(one.LastSeen)}");

        void Keep(IReadOnlyList<Finding> raised)
        {
            foreach (var change in book.Apply([.. raised.Where(finding => finding.Detection.Correlation is not null)]))
            {
                alerts[change.Alert.Fingerprint] = change.Alert;
            }
        }
    }

    private static DetectionSet Set(CorrelationDefinition correlation, CorrelationDefinition above)
    {
        var rules = new[] { "a", "b", "c" }.Select(name => new DetectionRule { Name = name, Title = name, Summary = name, Location = default });
        return new DetectionSet([.. rules, Rule("below", correlation), Rule("above", above)]);

        static DetectionRule Rule(string name, CorrelationDefinition definition) => new()
        {
            Name = name,
            Title = name,
            Summary = name,
            Correlation = definition,
            DedupBy = definition.GroupBy,
            DedupWindow = TimeSpan.FromDays(1000),
            Location = default,
        };
    }

    private static Gen<CorrelationDefinition> Correlation(CorrelationType type) =>
        from rules in Gen.Elements<string[]>(["a", "b"], ["b", "a"], ["c", "a", "b"])
        from grouped in Gen.Elements(true, false)
        from timespan in Gen.Elements(5, 20, 60, 100)
        from condition in Conditions(type, rules.Length)
        from percentile in Gen.Elements(0m, 25, 50, 90, 100)
        select new CorrelationDefinition
        {
            Type = type,
            Rules = [.. rules.Select(rule => new RuleReference(rule, default))],
            GroupBy = grouped ? ["actor"] : [],
            Timespan = TimeSpan.FromSeconds(timespan),
            Fields = type is CorrelationType.EventCount or CorrelationType.Temporal or CorrelationType.TemporalOrdered ? [] : [Field],
            Percentile = percentile,
            Condition = condition,
            Generate = true,
        };

    // A correlation over the other, and over a rule of its own.
    private static Gen<CorrelationDefinition> Above =>
        from type in Gen.Elements(CorrelationType.ValueCount, CorrelationType.Temporal, CorrelationType.TemporalOrdered)
        from rules in Gen.Elements<string[]>(["below", "c"], ["c", "below"])
        from correlation in Correlation(type)
        from condition in Conditions(type, 2)
        select correlation with { Rules = [.. rules.Select(rule => new RuleReference(rule, default))], Condition = condition };

    private static Gen<CorrelationCondition> Conditions(CorrelationType type, int rules) => type switch
    {
        CorrelationType.TemporalOrdered => Gen.Constant(new CorrelationCondition { AtLeast = rules }),
        CorrelationType.Temporal => Gen.Elements(
            new CorrelationCondition { AtLeast = rules }, new CorrelationCondition { AtLeast = 2 }, new CorrelationCondition { EqualTo = rules - 1 }),
        CorrelationType.ValueAverage or CorrelationType.ValuePercentile => Gen.Elements(
            new CorrelationCondition { LessThan = 1 }, new CorrelationCondition { AtLeast = 1.5m }, new CorrelationCondition { GreaterThan = 0, AtMost = 2 }),
        _ => Gen.Elements(
            new CorrelationCondition { AtLeast = 2 }, new CorrelationCondition { GreaterThan = 3 }, new CorrelationCondition { EqualTo = 2 },
            new CorrelationCondition { AtLeast = 2, LessThan = 5 }, new CorrelationCondition { AtLeast = 2, NotEqualTo = 4 }),
    };

    private static Gen<Sample> FindingWithin(int seconds) =>
        from rule in Gen.Elements("a", "b", "c")
        from second in Gen.Choose(0, seconds)
        from delay in Gen.Choose(0, (int)Lateness.TotalMilliseconds)
        from actor in Gen.Elements("x", "y")
        from cluster in Gen.Frequency((9, Gen.Constant("")), (1, Gen.Constant("other")))
        from value in Gen.Elements("1", "2", "2.5", "-3", "0", "", "1e2", "none")
        select new Sample(rule, second, delay, actor, cluster, value);

    private sealed record Sample(string Rule, int Second, int DelayMilliseconds, string Actor, string Cluster, string Value)
    {
        public TimeSpan Delay => TimeSpan.FromMilliseconds(DelayMilliseconds);

        public Finding In(DetectionSet detections, int index) =>
            detections.Finding(Rule, Second, Actor, Cluster, (Field, Value)).With(id: (UInt128)(index + 1), summary: index.ToString(CultureInfo.InvariantCulture));
    }
}
