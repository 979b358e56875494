using AuditWatch.Access;
using AuditWatch.State;

namespace AuditWatch.Tests.Access;

public sealed class ApiTokensTests : IAsyncDisposable
{
    private readonly VirtualTime _time = new();
    private readonly MemoryStateStore _state = new();

    public ValueTask DisposeAsync() => _state.DisposeAsync();

    [Fact]
    public async Task Find_TokenThatWasMade_IsIt()
    {
        var tokens = new ApiTokens(_state, _time);
        var (kept, secret, problem) = await CreateAsync(tokens, "jane");

        Assert.Null(problem);
        Assert.Equal(kept, tokens.Find(secret));
        Assert.Equal((Role.Responder, "jane", "ann"), (kept!.Role, kept.Name, kept.CreatedBy));
        Assert.Equal(kept.Id, new ApiTokens(_state, _time).Find(secret)?.Id);
    }

    [Fact]
    public async Task CreateAsync_EachToken_Has256BitsOfItsOwn()
    {
        var tokens = new ApiTokens(_state, _time);
        var (one, two) = ((await CreateAsync(tokens, "one")).Secret, (await CreateAsync(tokens, "two")).Secret);

        Assert.Matches("^auditwatch_[0-9a-f]{64}$", one);
        Assert.NotEqual(one, two);
    }

    [Fact]
    public async Task CreateAsync_WhatIsKept_IsNotTheToken()
    {
        var tokens = new ApiTokens(_state, _time);
        var (kept, secret, _) = await CreateAsync(tokens, "jane");

        var random = Convert.FromHexString(secret["auditwatch_".Length..]);
        var row = Assert.Single(_state.Read(StateTables.ApiTokens));
        Assert.DoesNotContain(row.Values, value => value is string text && text.Contains(secret["auditwatch_".Length..], StringComparison.Ordinal));
        Assert.Equal(-1, row.Bytes("sha256").Span.IndexOf(random));
        Assert.Equal(32, row.Bytes("sha256").Length);
        Assert.DoesNotContain(Convert.ToHexStringLower(kept!.Hash.Span), kept.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("")]
    [InlineData("auditwatch_")]
    [InlineData("auditwatch_0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task Find_AnotherText_IsNobody(string secret)
    {
        var tokens = new ApiTokens(_state, _time);
        var (kept, good, _) = await CreateAsync(tokens, "jane");

        Assert.Null(tokens.Find(secret));
        Assert.Null(tokens.Find(good[..^1]));
        Assert.Null(tokens.Find(good.ToUpperInvariant()));
        Assert.Null(tokens.Find(kept!.Id));
        Assert.Null(tokens.Find(Convert.ToHexStringLower(kept.Hash.Span)));
    }

    [Fact]
    public async Task Find_PastItsEnd_IsNobody()
    {
        var tokens = new ApiTokens(_state, _time);
        var (_, secret, _) = await CreateAsync(tokens, "jane", hours: 1);

        _time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        Assert.NotNull(tokens.Find(secret));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(tokens.Find(secret));
        Assert.Single(tokens.All);
    }

    [Fact]
    public async Task RevokeAsync_Token_OpensNothingNowAndAfterARestart()
    {
        var tokens = new ApiTokens(_state, _time);
        var (kept, secret, _) = await CreateAsync(tokens, "jane");
        var (_, other, _) = await CreateAsync(tokens, "joe");

        Assert.True(await tokens.RevokeAsync(kept!.Id));
        Assert.False(await tokens.RevokeAsync(kept.Id));

        Assert.All([tokens, new ApiTokens(_state, _time)], each => Assert.Equal((null, "joe"), (each.Find(secret), each.Find(other)?.Name)));
    }

    [Fact]
    public async Task CreateAsync_NameThatSomebodyHas_IsRefusedUntilTheirsIsOver()
    {
        var tokens = new ApiTokens(_state, _time);
        await CreateAsync(tokens, "jane", hours: 1);

        var (none, secret, problem) = await CreateAsync(tokens, "jane");
        Assert.Equal((null, ""), (none, secret));
        Assert.Contains("'jane'", problem, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.NotNull((await CreateAsync(tokens, "jane")).Kept);
    }

    [Fact]
    public async Task CreateAsync_MoreThanThereCanBe_IsRefused()
    {
        var tokens = new ApiTokens(_state, _time);
        for (var i = 0; i < ApiTokens.Capacity; i++)
        {
            await CreateAsync(tokens, $"{i}");
        }

        Assert.Contains("revoke some", (await CreateAsync(tokens, "one more")).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_InClusters_IsThatAfterARestart()
    {
        var (kept, secret, _) = await new ApiTokens(_state, _time).CreateAsync("payments", new Right(Role.Responder, ["eu \"one\" in us", "us"]), _time.GetUtcNow().AddHours(1), "ann");

        var again = new ApiTokens(_state, _time).Find(secret)!;

        Assert.Equal("responder in eu \"one\" in us and us", again.Rights.ToString());
        Assert.Equal(kept!.Rights, again.Rights);
    }

    private Task<(ApiToken? Kept, string Secret, string? Problem)> CreateAsync(ApiTokens tokens, string name, int hours = 24) =>
        tokens.CreateAsync(name, new Right(Role.Responder, null), _time.GetUtcNow().AddHours(hours), "ann");
}
