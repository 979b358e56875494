using AuditWatch.Detection;
using AuditWatch.Detection.Linting;
using AuditWatch.Tests.Composites;

namespace AuditWatch.Tests.Detection.Linting;

public sealed class CompositeLintTests
{
    private const string Rules = """
        title: bound
        name: bound
        logsource: {product: kubernetes, service: audit}
        detection: {s: {verb: [create, update], objectRef.resource: clusterrolebindings}, condition: s}
        ---
        title: pod
        name: pod
        logsource: {product: kubernetes, service: audit}
        detection: {s: {verb: create, objectRef.resource: pods}, condition: s}

        """;

    [Theory]
    [InlineData("- made: {rule: pod, match: {binding.role: $r}}\n- used: {rule: bound, match: {binding.role: $r}}", ":6:33:", "error: the step 'made' can never be a finding of 'pod': pods have no binding.role")]
    [InlineData("- made: {rule: [pod, bound], match: {binding.role: $r}}\n- used: {rule: bound, match: {binding.role: $r}}", ":6:42:", "warning: the step 'made' can never be a finding of 'pod': pods have no binding.role")]
    [InlineData("- made: {rule: bound, match: {objectRef.name: $n, verb: delete}}\n- used: {rule: pod, match: {objectRef.name: $n}}", ":6:55:", "error: the step 'made' can never be a finding of 'bound': one event cannot have verb create/update and delete")]
    [InlineData("- made: {rule: bound, match: {objectRef.name: $n}}\n- used: {not: pod, match: {objectRef.name: $n, objectRef.resource: secrets}}", ":7:52:", "error: the step 'used' can never be a finding of 'pod': one event cannot have objectRef.resource")]
    public void Check_StepThatItsRuleCannotFind_SaysWhatAndWhere(string steps, string place, string expected) =>
        Assert.Contains(Said(steps), said => said.Contains(place, StringComparison.Ordinal) && said.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void Check_NotThatEveryFindingOfAStepMeets_CanNeverBeTold()
    {
        const string steps = "- made: {rule: bound, match: {objectRef.name: $n}}\n- used: {rule: pod, match: {objectRef.name: $n}}\n- gone: {not: [bound, pod], match: {objectRef.name: $n}}";

        Assert.Contains(Said(steps, "ordered: false\n"), said => said.Contains("the step 'gone' must not be, and is there with every finding of 'made'", StringComparison.Ordinal));
        Assert.Empty(Said(steps));
        Assert.Empty(Said(steps.Replace("[bound, pod], match: {", "[bound, pod], match: {verb: create, ", StringComparison.Ordinal), "ordered: false\n"));
    }

    [Theory]
    [InlineData("- made: {rule: bound, match: {binding.role: $r, verb: update}}\n- used: {rule: bound, match: {binding.role: $r}}")]
    [InlineData("- made: {rule: pod, match: {objectRef.name: $r}}\n- used: {rule: pod, match: {objectRef.name: $r, binding.role|neq: $r}}")]
    public void Check_StepsThatMayBe_SaysNothing(string steps) => Assert.Empty(Said(steps));

    [Fact]
    public void Check_ShippedComposites_SaysNothing()
    {
        var said = new Diagnostics();
        var shipped = DetectionLoader.Load([RepositoryFiles.Detections], said);
        Assert.InRange(shipped.Rules.Count(rule => rule.Composite is not null), 10, 100);
        foreach (var rule in shipped.Rules.Where(rule => rule.Composite is not null))
        {
            CompositeLint.Report(rule.Composite!, shipped.Rules, said);
        }

        Assert.Empty(said);
    }

    private static string[] Said(string steps, string before = "")
    {
        var (detections, said) = CompositeSets.TryLoad(CompositeSets.Document($"{before}within: 1h\nsteps:\n  {steps.ReplaceLineEndings("\n  ")}"), Rules);
        Assert.Empty(said);
        DetectionLint.Check(detections, detections.Rules.Select(rule => rule.Name), said);
        return [.. said.Select(one => one.ToString()).Where(one => one.Contains("the step", StringComparison.Ordinal))];
    }
}
