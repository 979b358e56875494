using System.Net;
using System.Security.Claims;
using System.Text;
using AuditWatch.Access;
using AuditWatch.Web.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace AuditWatch.Tests.Web.Access;

/// <summary>What becomes of a session while time passes and the provider changes its mind, on virtual time.</summary>
public sealed class OpenIdSessionsTests : IDisposable
{
    private static readonly OpenIdProvider Provider = new(new Uri("https://login.example.com"), "auditwatch", "secret", ["openid"], "preferred_username", "groups", TimeSpan.FromHours(12));
    private static readonly SignIn SignIn = new(new GroupRoles(new Dictionary<Role, IReadOnlyList<string>> { [Role.Viewer] = ["readers"], [Role.Responder] = ["soc"] }), new Uri("https://auditwatch.example.com")) { Provider = Provider };

    private readonly VirtualTime _time = new();
    private readonly StandIn _provider = new();
    private readonly HttpClient _client;
    private readonly OpenIdSessions _sessions;

    public OpenIdSessionsTests()
    {
        _client = new HttpClient(_provider);
        _sessions = new OpenIdSessions(
            SignIn, Provider, _ => Task.FromResult(new OpenIdConnectConfiguration { Issuer = "https://login.example.com", UserInfoEndpoint = "https://login.example.com/me", TokenEndpoint = "https://login.example.com/token" }), _client, _time);
    }

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData(null, "soc", "claim 'preferred_username'")]
    [InlineData("", "soc", "claim 'preferred_username'")]
    [InlineData("ja\u0000ne", "soc", "claim 'preferred_username'")]
    [InlineData("jane", "others", "none of the groups")]
    [InlineData("jane", "SOC", "none of the groups")]
    public void Begin_NobodyOrWithoutARole_SaysWhy(string? name, string group, string expected)
    {
        Assert.Null(_sessions.Begin(Named(name, group), Ticket(), out var caller, out var problem));
        Assert.Null(caller);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Standing_InUse_AsksTheProviderEveryInterval()
    {
        var (person, ticket) = Begin();
        for (var request = 0; request < 10; request++)
        {
            Assert.Equal((Role.Responder, "jane"), Of(await _sessions.StandingAsync(person, ticket, default)));
        }

        Assert.Equal(["GET /me"], _provider.Asked);
        _time.Advance(OpenIdSessions.Interval);
        await _sessions.StandingAsync(person, ticket, default);
        Assert.Equal(2, _provider.Asked.Count);
    }

    [Fact]
    public async Task Standing_GroupsChange_IsWhatTheyAllowFromThenOn()
    {
        var (person, ticket) = Begin();
        _provider.Person = """{"sub":"1","groups":["readers","others"]}""";
        Assert.Equal((Role.Viewer, "jane"), Of(await _sessions.StandingAsync(person, ticket, default)));
        Assert.Equal(["readers"], _sessions.Renew(person, ticket)!.FindAll(ClaimTypes.Role).Select(claim => claim.Value));

        _provider.Person = """{"sub":"1"}""";
        _time.Advance(OpenIdSessions.Interval);
        Assert.Null(await _sessions.StandingAsync(person, ticket, default));
    }

    [Theory]
    [InlineData("""{"sub":"2","groups":["soc"]}""", HttpStatusCode.OK)]
    [InlineData("""{"groups":["soc"]}""", HttpStatusCode.OK)]
    [InlineData("{}", HttpStatusCode.Unauthorized)]
    public async Task Standing_SomebodyElseOrATokenThatIsRefused_IsOverForGood(string person, HttpStatusCode status)
    {
        var (who, ticket) = Begin();
        (_provider.Person, _provider.Status) = (person, status);
        Assert.Null(await _sessions.StandingAsync(who, ticket, default));

        (_provider.Person, _provider.Status) = ("""{"sub":"1","groups":["soc"]}""", HttpStatusCode.OK);
        _time.Advance(OpenIdSessions.Interval);
        Assert.Null(await _sessions.StandingAsync(who, ticket, default));
    }

    [Fact]
    public async Task Standing_ProviderDown_HoldsAsLongAsTheTokens()
    {
        var (person, ticket) = Begin(tokensFor: TimeSpan.FromHours(1));
        _provider.IsDown = true;
        Assert.NotNull(await _sessions.StandingAsync(person, ticket, default));
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.NotNull(await _sessions.StandingAsync(person, ticket, default));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await _sessions.StandingAsync(person, ticket, default));
    }

    [Fact]
    public async Task Standing_TokensPastTheirLife_AreRenewedAndKept()
    {
        var (person, ticket) = Begin(tokensFor: TimeSpan.FromMinutes(5), refresh: "r1");
        _provider.Tokens = """{"access_token":"a2","refresh_token":"r2","expires_in":300,"token_type":"Bearer"}""";
        _time.Advance(TimeSpan.FromMinutes(6));

        Assert.NotNull(await _sessions.StandingAsync(person, ticket, default));
        Assert.Equal(["POST /token", "GET /me"], _provider.Asked);
        Assert.Contains("refresh_token=r1", _provider.LastForm, StringComparison.Ordinal);
        Assert.NotNull(_sessions.Renew(person, ticket));
        Assert.Equal(("a2", "r2"), (ticket.GetTokenValue("access_token"), ticket.GetTokenValue("refresh_token")));
        Assert.Null(_sessions.Renew(person, ticket));
    }

    [Fact]
    public async Task Standing_PastItsTime_IsOverWhateverTheTokensSay()
    {
        var (person, ticket) = Begin(tokensFor: TimeSpan.FromDays(30));
        _time.Advance(Provider.Session - TimeSpan.FromSeconds(1));
        Assert.NotNull(await _sessions.StandingAsync(person, ticket, default));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await _sessions.StandingAsync(person, ticket, default));
    }

    [Fact]
    public async Task Now_OfACaller_IsNobodyOnceTheSessionHasEnded()
    {
        var (person, ticket) = Begin();
        var caller = await _sessions.StandingAsync(person, ticket, default);
        Assert.NotNull(await caller!.Now!(default));
        _sessions.End(ticket);
        Assert.Null(await caller.Now(default));
    }

    private static (Role, string?) Of(Caller? caller) => (caller!.Role, caller.Name);

    private static ClaimsPrincipal Named(string? name, params string[] groups) =>
        new(new ClaimsIdentity([new Claim("sub", "1"), .. name is null ? Array.Empty<Claim>() : [new Claim("preferred_username", name)], .. groups.Select(group => new Claim("groups", group))]));

    private (ClaimsPrincipal Person, AuthenticationProperties Ticket) Begin(TimeSpan? tokensFor = null, string? refresh = null)
    {
        var ticket = Ticket(_time.GetUtcNow() + (tokensFor ?? TimeSpan.FromHours(1)), refresh);
        return (_sessions.Begin(Named("jane", "soc", "others"), ticket, out _, out _)!, ticket);
    }

    private static AuthenticationProperties Ticket(DateTimeOffset? until = null, string? refresh = null)
    {
        var ticket = new AuthenticationProperties();
        ticket.StoreTokens(new[] { ("access_token", "a1"), ("refresh_token", refresh), ("expires_at", until?.ToString("O")) }.Where(one => one.Item2 is not null).Select(one => new AuthenticationToken { Name = one.Item1, Value = one.Item2! }));
        return ticket;
    }

    private sealed class StandIn : HttpMessageHandler
    {
        public List<string> Asked { get; } = [];

        public string Person { get; set; } = """{"sub":"1","groups":["soc"]}""";

        public string Tokens { get; set; } = "{}";

        public string? LastForm { get; private set; }

        public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

        public bool IsDown { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add($"{request.Method} {request.RequestUri!.AbsolutePath}");
            if (IsDown)
            {
                throw new HttpRequestException("nobody listens");
            }

            LastForm = request.Content is { } form ? await form.ReadAsStringAsync(cancellationToken) : LastForm;
            return new HttpResponseMessage(Status) { Content = new StringContent(request.Method == HttpMethod.Post ? Tokens : Person, Encoding.UTF8, "application/json") };
        }
    }
}
