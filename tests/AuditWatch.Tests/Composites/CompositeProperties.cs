using AuditWatch.Composites;
using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Composites;

/// <summary>
/// On random streams, for random composites: whatever order findings arrive in within the lateness, in whatever batches and however often, and whether
/// composites are compiled at once or later, the stories are those of the slow and obvious reference.
/// </summary>
public class CompositeProperties
{
    private const string X = "objectRef.name";
    private const string Y = "objectRef.namespace";

    // As many as of one kind are kept.
    private const int Findings = WaitingFacts.MaxAlike;

    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(40);

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void Join_AnyOrderWithinTheLateness_TellsTheStoriesOfTheReference(bool isOrdered, bool hasNot) => Prop.ForAll(
        (from composite in Composite(isOrdered, hasNot)
         from seconds in Gen.Elements(20, 60, 200)
         from findings in FindingWithin(seconds).ListOf(Findings)
         from batch in Gen.Choose(1, 4)
         from early in Gen.Elements(true, false)
         select (composite, findings, batch, early)).ToArbitrary(),
        sample =>
        {
            var detections = Set(sample.composite);
            var arrived = sample.findings.Select((finding, index) => (Finding: finding.In(detections, index), finding.Delay))
                .OrderBy(pair => pair.Finding.Time + pair.Delay).Select(pair => pair.Finding).ToList();

            var expected = new ReferenceComposites(detections.Find("story")!, arrived).Stories();

            var told = Stories(detections, arrived, sample.batch, sample.early);
            Assert.True(expected.SetEquals(told), $"{Describe(sample.composite)}\n{string.Join('\n', arrived.Select(Describe))}\nexpected {string.Join(' ', expected.Except(told))}, not {string.Join(' ', told.Except(expected))}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(LongForm.Of(300)));

    private static SortedSet<string> Stories(DetectionSet detections, List<Finding> arrived, int size, bool early)
    {
        var stage = early ? new CompositeStage(detections, Lateness) : Ready(detections);
        var told = new List<Finding>();
        foreach (var chunk in arrived.Chunk(size))
        {
            // A repeat must change nothing.
            told.AddRange(stage.Join([.. chunk, .. chunk]));
        }

        told.AddRange(stage.Complete());
        var stories = told.ConvertAll(finding => string.Join('|', finding.Dedup.Select(pair => pair.Value).Prepend(finding.Cluster)));
        Assert.Equal(stories.Count, stories.Distinct().Count());
        return new SortedSet<string>(stories, StringComparer.Ordinal);
    }

    private static string Describe(CompositeDefinition composite) => string.Join(", then ", composite.Parts.Select(step =>
        $"{(step == composite.Until ? "until " : step.IsNot ? "not " : "")}{string.Join('/', step.Rules.Select(rule => rule.Text))} "
        + $"{string.Join(' ', step.Variables.Select(use => $"{use.Field}{(use.Binds ? "=" : $" {use.How} ")}${use.Variable}"))} within {step.Within?.TotalSeconds}"))
        + $" in all {composite.Within.TotalSeconds}";

    private static string Describe(Finding finding) =>
        $"{finding.Id} {finding.Detection.Name} {(finding.Time - CompositeSets.Start).TotalSeconds} {finding.Cluster} {string.Join(' ', finding.Values.Select(pair => $"{pair.Key}={string.Join(',', pair.Value)}"))}";

    private static CompositeStage Ready(DetectionSet detections)
    {
        var stage = new CompositeStage(detections, Lateness);
        stage.Ready.GetAwaiter().GetResult();
        return stage;
    }

    private static DetectionSet Set(CompositeDefinition composite)
    {
        var rules = new[] { "a", "b", "c", "d" }.Select(name => new DetectionRule { Name = name, Title = name, Summary = name, Location = default });
        return new DetectionSet(
        [
            .. rules,
            new DetectionRule
            {
                Name = "story", Title = "story", Summary = "story", Composite = composite, DedupBy = [.. composite.Variables.Select(name => "$" + name)],
                DedupWindow = TimeSpan.FromDays(1000), Location = default,
            },
        ]);
    }

    private static Gen<CompositeDefinition> Composite(bool isOrdered, bool hasNot) =>
        from count in Gen.Choose(2, 4)
        from steps in Step(isOrdered, hasNot).ListOf(count)
        from within in Gen.Elements(10, 40, 100)
        from until in Gen.Frequency((3, Gen.Constant<CompositeStep?>(null)), (1, Step(isOrdered, hasNot: false).Select(step => (CompositeStep?)(step with { Name = "until", Within = null }))))
        let bound = Valid([.. steps.Select((step, i) => step with { Name = $"s{i}" })], isOrdered)
        where bound.Any(step => !step.IsNot) && bound.Count > 1
        let variables = bound.Where(step => !step.IsNot).SelectMany(step => step.Variables).Select(use => use.Variable).ToHashSet()
        select new CompositeDefinition
        {
            Steps = [.. bound.Select(step => step with { Variables = [.. step.Variables.Where(use => variables.Contains(use.Variable))] })],
            Within = TimeSpan.FromSeconds(within),
            IsOrdered = isOrdered,
            Until = until is null ? null : until with { Variables = [.. until.Variables.Where(use => variables.Contains(use.Variable))] },
        };

    // What an author would be told of: what binds compares with nothing, and no two nots follow each other where there is an order.
    private static List<CompositeStep> Valid(List<CompositeStep> steps, bool isOrdered)
    {
        var kept = new List<CompositeStep>();
        foreach (var step in steps)
        {
            if (!(isOrdered && step.IsNot && kept is [.., { IsNot: true }]))
            {
                kept.Add(step);
            }
        }

        return [.. CompositeParser.Bound(kept).Select(step => step with { Variables = [.. step.Variables.Select(use => use.Binds ? use with { How = JoinOperator.EqualTo } : use)] })];
    }

    private static Gen<CompositeStep> Step(bool isOrdered, bool hasNot) =>
        from rules in Gen.Elements<string[]>(["a"], ["b"], ["c"], ["d"], ["a", "b"], ["c", "d"])
        from isNot in hasNot ? Gen.Frequency((2, Gen.Constant(false)), (1, Gen.Constant(true))) : Gen.Constant(false)
        from uses in Gen.Elements<(string Field, string Variable)[]>([], [(X, "v")], [(X, "v")], [(Y, "w")], [(X, "v"), (Y, "w")], [(Y, "v")], [(X, "w")])
        from how in Gen.Frequency((6, Gen.Constant(JoinOperator.EqualTo)), (1, Gen.Constant(JoinOperator.NotEqualTo)), (1, Gen.Constant(JoinOperator.StartsWith)))
        from within in isOrdered ? Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Elements(5, 20, 60))) : Gen.Constant(0)
        select new CompositeStep("", [.. rules.Select(name => new RuleReference(name, default))], default)
        {
            IsNot = isNot,
            Variables = [.. uses.Select(use => new VariableUse(use.Field, use.Variable, how, default))],
            Within = within == 0 ? null : TimeSpan.FromSeconds(within),
        };

    private static Gen<Sample> FindingWithin(int seconds) =>
        from rule in Gen.Elements("a", "b", "c", "d")
        from second in Gen.Choose(0, seconds)
        from delay in Gen.Choose(0, (int)Lateness.TotalMilliseconds)
        from user in Gen.Elements("mallory", "jane")
        from cluster in Gen.Frequency((5, Gen.Constant("")), (1, Gen.Constant("other")))
        from x in Gen.Elements("1", "2", "12", "1,2", "")
        from y in Gen.Elements("1", "2", "2,3")
        select new Sample(rule, second, delay, user, cluster, x, y);

    private sealed record Sample(string Rule, int Second, int DelayMilliseconds, string User, string Cluster, string XValues, string YValues)
    {
        public TimeSpan Delay => TimeSpan.FromMilliseconds(DelayMilliseconds);

        public Finding In(DetectionSet detections, int index)
        {
            (string, string)[] fields = XValues.Length == 0 ? [(Y, YValues)] : [(X, XValues), (Y, YValues)];
            return detections.Finding(Rule, Second, User, Cluster, fields).With(id: (UInt128)(index + 1));
        }
    }
}
