using System.Text.Json.Nodes;
using AuditWatch.Detection;
using AuditWatch.Policy;
using AuditWatch.Policy.Coverage;
using AuditWatch.RuleTesting;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Policy.Coverage;

/// <summary>
/// What is said about detections holds for the events of their own tests, recorded as the policy has it: what is called seen is found, what is called
/// hidden is not, and no event that a detection finds is missing from the requests it is said to be after.
/// </summary>
public class CoverageProperties
{
    private static readonly DetectionSet Shipped = DetectionLoader.Load([RepositoryFiles.Detections], []);

    private static readonly (DetectionRule Rule, JsonObject Event)[] Found =
    [
        .. from test in DetectionTestLoader.Load([RepositoryFiles.Detections], Shipped, [])
           where test.Fires
           from rule in Shipped.Of(Shipped.Rules.First(rule => rule.Name == test.Detection)).Rules
           where rule.Search is not null
           from auditEvent in test.Events.Select(Complete)
           let request = RecordedEvent.RequestOf(auditEvent)
           where RecordedEvent.IsFound(rule, auditEvent, request, new PolicyDecision(AuditLevel.RequestResponse, AuditStages.None, null))
           select (rule, auditEvent),
    ];

    [Fact]
    public void Evaluate_EventsThatDetectionsFind_AreVisibleOrHiddenAsSaid()
    {
        var looked = 0;
        Prop.ForAll(Cases(), one =>
        {
            var universe = RequestUniverse.Of(one.Policy, [one.Rule.Search!.Condition]);
            var request = RecordedEvent.RequestOf(one.Event);
            if (Points.Of(request, one.Event["impersonatedUser"] is not null, universe) is not { } point)
            {
                return;
            }

            looked++;
            var visibilities = new VisibilityEvaluator(one.Policy, universe).Evaluate(SelectorCompiler.Compile(one.Rule, universe))
                .Where(one => one.Shape.Contains(point)).Select(one => one.Visibility).ToHashSet();
            Assert.NotEmpty(visibilities);
            var isFound = RecordedEvent.IsFound(one.Rule, one.Event, request, one.Policy.Decide(request));
            Assert.True(visibilities.Overlaps([Visibility.Hidden, Visibility.WithoutBody]) || isFound, $"said to be seen: {Describe(one.Policy, request)}");
            Assert.True(!visibilities.SetEquals([Visibility.Hidden]) || !isFound, $"said to be hidden: {Describe(one.Policy, request)}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

        Assert.InRange(looked, 150, int.MaxValue);
    }

    [Fact]
    public void Fixes_AppliedOneAfterTheOther_LetTheDetectionSee() => Prop.ForAll(Cases(), one =>
    {
        var (policy, left) = (one.Policy, 40);
        while (CoverageEvaluator.Evaluate(policy, new DetectionSet([one.Rule]))[0] is { Verdict: > Verdict.Sees } coverage)
        {
            Assert.True(left-- > 0, coverage.Gaps[0].Fix.Text);
            policy = coverage.Gaps[0].Fix.ApplyTo(policy);
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(25));

    private static string Describe(AuditPolicy policy, PolicyRequest request) =>
        $"{request} under omitStages {policy.OmitStages} and\n{string.Join('\n', policy.Rules.Select(PolicyYaml.Line))}";

    private static Arbitrary<(AuditPolicy Policy, DetectionRule Rule, JsonObject Event)> Cases() => (
        from policy in Policies.Any()
        from found in Gen.Elements(Found)
        select (policy, found.Rule, found.Event)).ToArbitrary();

    // Tests leave out what their detection does not look at, and the API server never does.
    private static JsonObject Complete(JsonObject template)
    {
        var auditEvent = (JsonObject)template.DeepClone();
        if (auditEvent["objectRef"] is JsonObject reference && reference["apiGroup"] is null && reference["resource"] is { } resource
            && RequestedResource.Parse(resource.GetValue<string>()) is { Group.Length: > 0 } known)
        {
            reference["apiGroup"] = known.Group;
        }

        // Since Kubernetes 1.23 the message of a Status is in the event's status at every level.
        if (auditEvent["responseStatus"] is JsonObject status && status["message"] is null && (auditEvent["responseObject"] as JsonObject)?["message"] is { } message)
        {
            status["message"] = message.DeepClone();
        }

        return auditEvent;
    }
}
