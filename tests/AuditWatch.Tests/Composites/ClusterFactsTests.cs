using AuditWatch.Composites;
using AuditWatch.Detection;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Composites;

public class ClusterFactsTests
{
    private static readonly DetectionSet Detections = CompositeSets.Load(CompositeSets.Document("within: 24h\nsteps:\n  - one: {rule: a, match: {actor: $who}}\n  - two: {rule: b, match: {actor: $who}}"));

    private readonly ClusterFacts _facts = new();
    private long _next;

    [Fact]
    public void OldestOfMost_SeveralHaveAsMany_IsOfWhoHasHadThemLongest()
    {
        var first = Add("jane");
        Add("joe");
        Add("jane");
        Remove(first);

        Assert.Equal("joe", _facts.OldestOfMost.Source.Account);
    }

    [Fact]
    public void TryTakeExpired_SomeAreGone_GivesTheOthersInTheOrderOfTheirTime()
    {
        var facts = new[] { 3, 1, 2, 5 }.Select(expires => Add("jane", expires)).ToList();
        Remove(facts[1]);

        Assert.True(_facts.TryTakeExpired(5, out var one));
        Assert.True(_facts.TryTakeExpired(5, out var other));
        Assert.False(_facts.TryTakeExpired(5, out _));
        Assert.Equal([facts[2], facts[0]], [one, other]);
        _facts.Await(other, 4);
        Assert.True(_facts.TryTakeExpired(5, out other));
        Assert.Same(facts[0], other);
    }

    // Each step adds a fact of one of four accounts, or removes one of those that there are.
    [Fact]
    public void OldestOfMost_WhateverComesAndGoes_IsWhatAPlainCountSays() => Prop.ForAll(Gen.Choose(0, 999).ListOf().ToArbitrary(), steps =>
    {
        var (facts, plain) = (new ClusterFacts(), new List<StepFact>());
        foreach (var step in steps)
        {
            if (step % 2 == 0 || plain.Count == 0)
            {
                plain.Add(New($"user-{step / 2 % 4}", step));
                facts.Add(plain[^1]);
            }
            else
            {
                var gone = plain[step % plain.Count];
                plain.Remove(gone);
                gone.IsWaiting = false;
                facts.Remove(gone);
            }

            Assert.Equal(plain.Count, facts.Count);
            Assert.Equal(plain.OrderBy(fact => fact.Sequence), facts.All.OrderBy(fact => fact.Sequence));
            if (plain.Count > 0)
            {
                var (counts, oldest) = (plain.CountBy(fact => fact.Source.Account).ToDictionary(), facts.OldestOfMost);
                Assert.Equal(counts.Values.Max(), counts[oldest.Source.Account]);
                Assert.Same(plain.First(fact => fact.Source.Account == oldest.Source.Account), oldest);
            }
        }

        var expected = plain.Select(fact => fact.Expires).Order().ToList();
        Assert.Equal(expected, expected.Select(_ => facts.TryTakeExpired(long.MaxValue, out var fact) ? fact.Expires : -1));
        Assert.False(facts.TryTakeExpired(long.MaxValue, out _));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private StepFact Add(string account, long expires = 0)
    {
        var fact = New(account, expires);
        _facts.Add(fact);
        return fact;
    }

    private void Remove(StepFact fact)
    {
        fact.IsWaiting = false;
        _facts.Remove(fact);
    }

    private StepFact New(string account, long expires) => new()
    {
        Step = 0,
        Time = 0,
        Values = [],
        Expires = expires,
        IsWaiting = true,
        Source = new KeptFinding { Id = (UInt128)(ulong)_next, Finding = Detections.Finding("a", _next, account), IsShown = true, Time = 0, Sequence = _next++, Account = account },
    };
}
