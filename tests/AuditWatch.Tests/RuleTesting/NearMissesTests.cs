using AuditWatch.RuleTesting;
using AuditWatch.Tests.Detection.Sigma;
using AuditWatch.Tests.Events;

namespace AuditWatch.Tests.RuleTesting;

public class NearMissesTests
{
    private const string Exec = "selection: {verb: create, objectRef.subresource: exec, objectRef.namespace: [shop, web]}\nbot: {user.username: bot}\ncondition: selection and not bot";

    [Theory]
    [InlineData("verb: 'create'", "get", "get", "exec", "shop", "jane")]
    [InlineData("objectRef.subresource: 'exec'", "absent", "create", null, "shop", "jane")]
    [InlineData("objectRef.namespace: 'shop' in this letter case or 'web' in this letter case", "other", "create", "exec", "other", "jane")]
    [InlineData("not bot", "excluded by user.username: bot", "create", "exec", "web", "bot")]
    public void See_AllClausesButOne_NamesClauseAndValue(string clause, string value, string verb, string? subresource, string space, string user)
    {
        var miss = Assert.Single(Found(Exec, Event(verb, subresource, space, user)));

        Assert.Equal(("test", clause, 1L, "a0"), (miss.Detection, miss.Clause, miss.Count, miss.Example.AuditId));
        Assert.Equal([new(value, 1)], miss.Values);
        Assert.Equal("rule.yml", miss.Location.File);
    }

    [Theory]
    [InlineData("create", "exec", "shop", "jane")]
    [InlineData("get", null, "shop", "jane")]
    [InlineData("create", "exec", "other", "bot")]
    public void See_MatchOrTwoClausesMissed_SaysNothing(string verb, string? subresource, string space, string user) => Assert.Empty(Found(Exec, Event(verb, subresource, space, user)));

    [Fact]
    public void See_AlternativesOfAnOr_CountByThemselves()
    {
        const string Either = "a: {verb: get, user.username: jane}\nb: {verb: list, user.username: bob}\ncondition: a or b";

        Assert.Equal("user.username: 'jane' in this letter case", Assert.Single(Found(Either, Event("get", null, "shop", "eve"))).Clause);
        Assert.Empty(Found(Either, Event("get", null, "shop", "jane"), Event("watch", null, "shop", "eve")));
    }

    [Fact]
    public void See_ConditionOfOneClause_HasNoNearMisses() => Assert.Empty(Found("a: {verb: get}\ncondition: a", Event("list", null, "shop", "jane")));

    [Fact]
    public void See_OneRequestAgainAndManyValues_CountsRequestsAndTellsTheMostFrequent()
    {
        var many = Enumerable.Range(0, 2_000).Select(n => Event("create", "exec", $"n{n}", "jane")).Concat(Enumerable.Repeat(Event("create", "exec", "n7", "eve"), 3));

        var miss = Assert.Single(Found(Exec, [.. many]));

        Assert.Equal(2_003, miss.Count);
        Assert.Equal((NearMiss.MaxValues, new("n7", 4L)), (miss.Values.Count, miss.Values[0]));

        var again = new NearMisses([Rule.Load(Exec)]);
        using var batch = Rule.Events(string.Concat(Enumerable.Repeat(SmallEvent.With(Event("get", "exec", "shop", "jane")), 3)));
        for (var i = 0; i < batch.Count; i++)
        {
            again.See(batch[i]);
        }

        Assert.Equal(1, Assert.Single(again.Found).Count);
    }

    private static string Event(string verb, string? subresource, string space, string user) =>
        $"\"verb\":\"{verb}\",\"user\":{{\"username\":\"{user}\"}},\"objectRef\":{{\"resource\":\"pods\",\"namespace\":\"{space}\"{(subresource is null ? "" : $",\"subresource\":\"{subresource}\"")}}}";

    private static IReadOnlyList<NearMiss> Found(string detection, params string[] events)
    {
        var near = new NearMisses([Rule.Load(detection)]);
        using var batch = Rule.Events(string.Join('\n', events.Select((members, place) => SmallEvent.With(members, id: $"a{place}"))));
        for (var i = 0; i < batch.Count; i++)
        {
            near.See(batch[i]);
        }

        return near.Found;
    }
}
