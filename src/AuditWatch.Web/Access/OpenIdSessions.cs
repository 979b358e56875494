using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Json;
using AuditWatch.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace AuditWatch.Web.Access;

/// <summary>A request of somebody who has signed in at the OpenID provider.</summary>
internal sealed record OpenIdSession(Caller Caller);

/// <summary>
/// Whether those who have signed in at the OpenID provider still are who it said. A session ends when its time is over, with the life of its tokens unless the provider renews them, and when the provider takes the access
/// token no more; it is asked every <see cref="Interval"/> while a session is used, and says by the way what groups the person has now. While it does not answer, what it said last holds for as long as the tokens do.
/// The browser has the session, sealed; what has become of it since is here. It is long for one class because beginning, asking, renewing and ending are one conversation with the provider. Thread-safe.
/// </summary>
/// <param name="signIn">Who has which role.</param>
/// <param name="provider">The provider.</param>
/// <param name="discover">What it says of itself; throws if it does not answer.</param>
/// <param name="client">Asks it.</param>
/// <param name="time">The clock.</param>
internal sealed class OpenIdSessions(SignIn signIn, OpenIdProvider provider, Func<CancellationToken, Task<OpenIdConnectConfiguration>> discover, HttpClient client, TimeProvider time)
{
    /// <summary>How often the provider is asked, at most.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private const int MostGroups = 1_000;
    private const int MaxNameLength = 200;
    private const int ForgetAbove = 1_000;
    private const string Id = "auditwatch.id", Until = "auditwatch.until", GroupsInIdToken = "auditwatch.groups";

    private readonly ConcurrentDictionary<string, Standing> _standings = new(StringComparer.Ordinal);

    /// <summary>Begins a session: what the browser keeps of the person that the provider names.</summary>
    /// <param name="named">All that it says.</param>
    /// <param name="ticket">The session, with its tokens.</param>
    /// <param name="caller">Who has signed in.</param>
    /// <param name="problem">Why nobody has, for a person.</param>
    public ClaimsPrincipal? Begin(ClaimsPrincipal named, AuthenticationProperties ticket, out Caller? caller, out string? problem)
    {
        caller = null;
        var name = named.FindFirst(provider.NameClaim)?.Value.Trim();
        if (named.FindFirst("sub")?.Value is not { Length: > 0 } subject || name is not { Length: > 0 and <= MaxNameLength } || name.Any(char.IsControl))
        {
            problem = $"The provider does not say who you are: it sends no claim '{provider.NameClaim}' that names anybody.";
            return null;
        }

        var groups = Known(named.FindAll(provider.GroupsClaim).Select(claim => claim.Value));
        if (signIn.Roles.Of(groups) is not { } rights)
        {
            problem = $"You have signed in as {name}, and none of the groups in the claim '{provider.GroupsClaim}' has a role here.";
            return null;
        }

        problem = null;
        ticket.Items[Id] = Guid.NewGuid().ToString("N");
        ticket.Items[Until] = (time.GetUtcNow() + provider.Session).ToString("O", CultureInfo.InvariantCulture);
        ticket.Items[GroupsInIdToken] = HasGroups(ticket.GetTokenValue("id_token")) ? "true" : "false";
        caller = new Caller(rights, name);
        return Person(subject, name, groups);
    }

    /// <summary>Who somebody is by now; null if their session is over, or the provider does not answer who has to renew it.</summary>
    public async Task<Caller?> StandingAsync(ClaimsPrincipal person, AuthenticationProperties ticket, CancellationToken cancellation)
    {
        if (Item(ticket, Id) is not { } id || !DateTimeOffset.TryParse(Item(ticket, Until), CultureInfo.InvariantCulture, out var until) || until <= time.GetUtcNow()
            || person.FindFirst("sub")?.Value is not { } subject || person.FindFirst(ClaimTypes.Name)?.Value is not { } name)
        {
            return null;
        }

        ForgetThosePastTheirEnd();
        var standing = _standings.GetOrAdd(id, _ => new Standing(until, [.. person.FindAll(ClaimTypes.Role).Select(claim => claim.Value)], ticket));
        await standing.OneAtATime.WaitAsync(cancellation);
        try
        {
            if (!standing.IsOver && (standing.AskedAt is not { } asked || asked + Interval <= time.GetUtcNow() || !standing.HasTokens(time.GetUtcNow())))
            {
                await AskAsync(standing, subject, Item(ticket, GroupsInIdToken) == "true", cancellation);
            }

            return standing.IsOver || !standing.HasTokens(time.GetUtcNow()) || signIn.Roles.Of(standing.Groups) is not { } rights ? null
                : new Caller(rights, name) { Now = later => StandingAsync(person, ticket, later) };
        }
        finally
        {
            standing.OneAtATime.Release();
        }
    }

    /// <summary>Puts what has become of a session into what the browser keeps of it.</summary>
    /// <returns>The person as they are now; null if nothing has changed.</returns>
    public ClaimsPrincipal? Renew(ClaimsPrincipal person, AuthenticationProperties ticket)
    {
        if (Item(ticket, Id) is not { } id || !_standings.TryGetValue(id, out var standing))
        {
            return null;
        }

        var groups = standing.Groups;
        var renewed = standing.CopyTokensTo(ticket);
        return renewed || !groups.SequenceEqual(person.FindAll(ClaimTypes.Role).Select(claim => claim.Value), StringComparer.Ordinal)
            ? Person(person.FindFirst("sub")!.Value, person.FindFirst(ClaimTypes.Name)!.Value, groups) : null;
    }

    /// <summary>Ends a session: until this process ends, no copy of what the browser keeps opens anything.</summary>
    public void End(AuthenticationProperties ticket)
    {
        if (Item(ticket, Id) is { } id && DateTimeOffset.TryParse(Item(ticket, Until), CultureInfo.InvariantCulture, out var until))
        {
            _standings.GetOrAdd(id, _ => new Standing(until, [], ticket)).IsOver = true;
        }
    }

    // Only those that say something here, so that what the browser keeps stays small.
    private string[] Known(IEnumerable<string> groups) =>
        [.. groups.Take(MostGroups).Where(group => signIn.Roles.Named.Contains(group, StringComparer.Ordinal)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static ClaimsPrincipal Person(string subject, string name, IEnumerable<string> groups) => new(new ClaimsIdentity(
        [new Claim("sub", subject), new Claim(ClaimTypes.NameIdentifier, subject), new Claim(ClaimTypes.Name, name), .. groups.Select(group => new Claim(ClaimTypes.Role, group))], OpenIdSignIn.Scheme));

    // It has come from the provider itself, who has been asked for it: nobody else could have signed it.
    private bool HasGroups(string? idToken) => idToken is not null && new JsonWebTokenHandler().ReadJsonWebToken(idToken).TryGetPayloadValue<object>(provider.GroupsClaim, out _);

    private async Task AskAsync(Standing standing, string subject, bool groupsAreInIdToken, CancellationToken cancellation)
    {
        try
        {
            var said = await discover(cancellation);
            if (!standing.HasTokens(time.GetUtcNow() + Interval) && standing.RefreshToken is { } refresh)
            {
                await RefreshAsync(standing, said, refresh, subject, cancellation);
            }

            if (!standing.IsOver && said.UserInfoEndpoint is { Length: > 0 } endpoint && standing.HasTokens(time.GetUtcNow()))
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, endpoint) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", standing.AccessToken) } };
                using var answer = await client.SendAsync(request, cancellation);
                standing.IsOver = answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
                if (answer.IsSuccessStatusCode && answer.Content.Headers.ContentType?.MediaType == "application/json")
                {
                    using var person = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellation), cancellationToken: cancellation);
                    standing.IsOver = !person.RootElement.TryGetProperty("sub", out var same) || same.GetString() != subject;
                    if (person.RootElement.TryGetProperty(provider.GroupsClaim, out var groups) || !groupsAreInIdToken)
                    {
                        standing.Groups = Known(Texts(groups));
                    }
                }
            }
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or InvalidOperationException or JsonException || (problem is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // It does not answer, or not in words that say anything: what it said last holds.
        }

        standing.AskedAt = time.GetUtcNow();
    }

    private async Task RefreshAsync(Standing standing, OpenIdConnectConfiguration said, string refresh, string subject, CancellationToken cancellation)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["refresh_token"] = refresh, ["client_id"] = provider.ClientId };
        if (provider.ClientSecret is { } secret)
        {
            form.Add("client_secret", secret);
        }

        using var content = new FormUrlEncodedContent(form);
        using var answer = await client.PostAsync(said.TokenEndpoint, content, cancellation);
        standing.IsOver = answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
        if (!answer.IsSuccessStatusCode)
        {
            return;
        }

        var tokens = new OpenIdConnectMessage(await answer.Content.ReadAsStringAsync(cancellation));
        if (tokens.IdToken is { Length: > 0 } idToken)
        {
            var token = new JsonWebTokenHandler().ReadJsonWebToken(idToken);
            if (token.Subject != subject || token.Issuer != said.Issuer || !token.Audiences.Contains(provider.ClientId))
            {
                standing.IsOver = true;
                return;
            }

            if (token.TryGetPayloadValue<JsonElement>(provider.GroupsClaim, out var groups))
            {
                standing.Groups = Known(Texts(groups));
            }
        }

        standing.Refresh(tokens, time.GetUtcNow());
    }

    private static string? Item(AuthenticationProperties ticket, string key) => ticket.Items.TryGetValue(key, out var value) ? value : null;

    private static IEnumerable<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!),
        _ => [],
    };

    private void ForgetThosePastTheirEnd()
    {
        if (_standings.Count > ForgetAbove)
        {
            foreach (var (id, _) in _standings.Where(one => one.Value.Until <= time.GetUtcNow()))
            {
                _standings.TryRemove(id, out _);
            }
        }
    }

    // What has become of a session since somebody signed in.
    private sealed class Standing(DateTimeOffset until, IReadOnlyList<string> groups, AuthenticationProperties ticket)
    {
        private DateTimeOffset? _tokensUntil = DateTimeOffset.TryParse(ticket.GetTokenValue("expires_at"), CultureInfo.InvariantCulture, out var end) ? end : null;
        private volatile bool _isOver;

        public SemaphoreSlim OneAtATime { get; } = new(1);

        public DateTimeOffset Until { get; } = until;

        public IReadOnlyList<string> Groups { get; set; } = groups;

        public DateTimeOffset? AskedAt { get; set; }

        // Never again is it not.
        public bool IsOver
        {
            get => _isOver;
            set => _isOver |= value;
        }

        public string? AccessToken { get; private set; } = ticket.GetTokenValue("access_token");

        public string? RefreshToken { get; private set; } = ticket.GetTokenValue("refresh_token");

        // Of tokens without an end, only the session has one.
        public bool HasTokens(DateTimeOffset at) => _tokensUntil is not { } end || at < end;

        public void Refresh(OpenIdConnectMessage tokens, DateTimeOffset now)
        {
            AccessToken = tokens.AccessToken;
            RefreshToken = tokens.RefreshToken is { Length: > 0 } next ? next : RefreshToken;
            _tokensUntil = int.TryParse(tokens.ExpiresIn, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? now.AddSeconds(seconds) : null;
        }

        public bool CopyTokensTo(AuthenticationProperties ticket)
        {
            if (AccessToken is null || ticket.GetTokenValue("access_token") == AccessToken)
            {
                return false;
            }

            ticket.StoreTokens([.. ticket.GetTokens().Where(token => token.Name is not ("access_token" or "refresh_token" or "expires_at")), .. Tokens()]);
            return true;
        }

        private IEnumerable<AuthenticationToken> Tokens() => new[]
        {
            ("access_token", AccessToken), ("refresh_token", RefreshToken), ("expires_at", _tokensUntil?.ToString("O", CultureInfo.InvariantCulture)),
        }.Where(one => one.Item2 is not null).Select(one => new AuthenticationToken { Name = one.Item1, Value = one.Item2! });
    }
}
