using System.Runtime.CompilerServices;
using AuditWatch.Composites;
using AuditWatch.Detection;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Tests.Composites;

public class WaitingFactsTests
{
    private const int Capacity = 10;

    private static readonly DetectionSet Detections = CompositeSets.Load(CompositeSets.Document("within: 24h\nsteps:\n  - one: {rule: a, match: {actor: $who}}\n  - two: {rule: b, match: {actor: $who}}"));

    [Fact]
    public void Add_FarMoreThanFit_HoldsNoneOfTheRest()
    {
        var plan = new CompositePlan(Detections.Find("story")!, Detections);
        var kept = new KeptFindings(new EventFailures());
        var facts = new WaitingFacts(plan, kept, new CompositeMetrics(ServiceMetrics.Shared.Composites, NullLogger.Instance), Capacity);

        var added = Enumerable.Range(0, 100 * Capacity).Select(second => Add(facts, plan, kept, second)).ToList();

        GC.Collect();
        Assert.Equal(Capacity, facts.Count);
        // Those that had to go leave the queue of what expires once it is twice as long as what waits.
        Assert.InRange(added.Count(fact => fact.IsAlive), Capacity, 2 * Capacity);
    }

    // By itself, so that nothing of it is left on the stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Add(WaitingFacts facts, CompositePlan plan, KeptFindings kept, int second)
    {
        var finding = Detections.Finding("a", second, user: $"user-{second}");
        var made = new List<StepFact>();
        new StepFacts(plan, 0).Add(made, kept.Admit(finding, finding.Time.UtcTicks, isShown: true)!);
        var fact = Assert.Single(made);
        fact.Expires = fact.Time + TimeSpan.TicksPerDay;
        facts.Add(fact);
        return new WeakReference(fact);
    }
}
