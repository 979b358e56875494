using AuditWatch.Detection;
using AuditWatch.Policy;
using AuditWatch.Policy.Fixing;
using AuditWatch.Tests.Detection.Sigma;

namespace AuditWatch.Tests.Policy.Fixing;

public class PolicyTextTests
{
    private static readonly DetectionSet Detections = new([Rule.Load("s: {objectRef.resource: pods, objectRef.subresource: exec}\ncondition: s")]);

    private const string Commented = """
        # Ours.
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived, "ResponseStarted"] # too many
        rules:
          # Dashboards.
          - level: None # of no interest
            users: [dashboard]
            omitStages:
              - "ResponseStarted"
              - Panic

          - {level: Metadata, resources: [{group: "", resources: [pods]}]}
        # The end.
        """;

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Of_ListOfRules_KeepsLinesAndCommentsAndAddsRulesWhereTheyBelong(string end)
    {
        var text = Fixed(Commented.ReplaceLineEndings(end), out var keeps);

        Assert.True(keeps);
        Assert.Equal(
            """
            # Ours.
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived] # too many
            rules:
              # So that detections see what the rule below leaves out.
              - level: Metadata
                users: [dashboard]
                resources:
                  - group: ""
                    resources: [pods/exec]
              # Dashboards.
              - level: None # of no interest
                users: [dashboard]
                omitStages:
                  - "ResponseStarted"
                  - Panic

              - {level: Metadata, resources: [{group: "", resources: [pods]}]}
              # So that detections see what the rules above leave out.
              - level: Metadata
                resources:
                  - group: ""
                    resources: [pods/exec]
            # The end.
            """.ReplaceLineEndings(end),
            text);
    }

    [Theory]
    [InlineData("rules: [{level: None}]")]
    [InlineData("rules:\n  -\n    level: None")]
    [InlineData("rules: &all\n  - &one {level: None, users: [a]}\n  - *one")]
    public void Of_OtherForms_AreWrittenAnewAndMeanTheSame(string rules)
    {
        var text = Fixed("apiVersion: audit.k8s.io/v1\nkind: Policy\n" + rules + "\n", out _);

        Assert.Empty(CoverageEvaluator.Evaluate(Parse(text), Detections).SelectMany(one => one.Gaps));
    }

    [Fact]
    public void Of_StagesOfARule_AreTakenOutOfItsLines()
    {
        var text = Fixed("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n  omitStages:\n  - ResponseStarted # why\n  - Panic\n", out var keeps);

        Assert.True(keeps);
        Assert.Equal("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n  omitStages:\n  - Panic\n", text);
    }

    private static AuditPolicy Parse(string text)
    {
        var said = new Diagnostics();
        var policy = PolicyParser.Parse("policy.yaml", text, said);
        Assert.False(said.HasErrors, string.Join('\n', said));
        return policy!;
    }

    private static string Fixed(string text, out bool keeps)
    {
        var policy = Parse(text);
        return PolicyText.Of("policy.yaml", text, policy, PolicyFixer.Fix(policy, Detections), out keeps);
    }
}
