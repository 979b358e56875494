using System.Text.Json;
using System.Text.Json.Serialization;
using AuditWatch.Access;
using AuditWatch.Alerts;
using AuditWatch.Host.Api.Description;

namespace AuditWatch.Host.Api;

/// <summary>
/// For admins: <c>GET /api/v1/tokens</c>; <c>POST /api/v1/tokens</c> with <c>{"name","role","clusters","expiresAt","by"}</c>, where who leaves <c>clusters</c> out means all, whose answer is the only one that ever has the member <c>token</c>;
/// <c>DELETE /api/v1/tokens/{id}</c>, where the beginning of an id will do.
/// </summary>
internal static class TokenEndpoints
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        MaxDepth = 4,
        PropertyNameCaseInsensitive = false,
        AllowDuplicateProperties = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static void MapTokens(this IEndpointRouteBuilder api, ApiTokens tokens, TimeProvider time)
    {
        api.MapGet("tokens", () => JsonResult.Of(json =>
        {
            json.WriteStartArray();
            foreach (var token in tokens.All)
            {
                Write(json, token, time.GetUtcNow());
            }

            json.WriteEndArray();
        })).ForAllClusters(Role.Admin).Says("The tokens, without what they are.", typeof(IReadOnlyList<TokenShape>));
        api.MapPost("tokens", async (HttpRequest request) => await CreateAsync(tokens, time, request)).ForAllClusters(Role.Admin)
            .Says("Makes a token.", typeof(NewTokenShape), typeof(TokenRequestShape), StatusCodes.Status201Created);
        api.MapDelete("tokens/{id}", async (string id) => await RevokeAsync(tokens, id)).ForAllClusters(Role.Admin).Says("Takes a token back.", answers: null);
    }

    private static async Task<IResult> RevokeAsync(ApiTokens tokens, string id)
    {
        if (OneId.Of(id, tokens.All.Select(token => token.Id), "token", out var refusal) is not { } whole)
        {
            return refusal!;
        }

        // If somebody else was faster, it is revoked all the same.
        await tokens.RevokeAsync(whole);
        return Results.NoContent();
    }

    private static async Task<IResult> CreateAsync(ApiTokens tokens, TimeProvider time, HttpRequest request)
    {
        var (body, refusal) = await ApiBody.ReadAsync(request);
        if (refusal is not null)
        {
            return refusal;
        }

        if (Read(body, time.GetUtcNow(), out var errors) is not { } wanted)
        {
            return Problem.Result(StatusCodes.Status400BadRequest, errors);
        }

        var (kept, secret, problem) = await tokens.CreateAsync(wanted.Name!, new Right(RoleWords.Parse(wanted.Role)!.Value, wanted.Clusters), wanted.ExpiresAt!.Value, wanted.By!);
        return kept is null ? Problem.Result(StatusCodes.Status409Conflict, problem!)
            : JsonResult.Of(json => Write(json, kept, time.GetUtcNow(), secret), StatusCodes.Status201Created);
    }

    private static Wanted? Read(ReadOnlyMemory<byte> body, DateTimeOffset now, out IReadOnlyList<string> errors)
    {
        try
        {
            var wanted = JsonSerializer.Deserialize<Wanted>(body.Span, Strict) ?? new Wanted();
            errors = [.. Problems(wanted, now)];
            return errors.Count == 0 ? wanted : null;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            errors = [$"the body is not JSON such as {{\"name\":\"ci\",\"role\":\"viewer\",\"expiresAt\":\"2030-01-31T18:00:00Z\",\"by\":\"jane\"}}: {problem.Message}"];
            return null;
        }
    }

    private static IEnumerable<string> Problems(Wanted wanted, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(wanted.Name) || wanted.Name.Length > ApiToken.MaxNameLength || wanted.Name.Any(char.IsControl))
        {
            yield return $"'name' has to say whose it is to be, in 1 to {ApiToken.MaxNameLength} characters";
        }

        if (RoleWords.Parse(wanted.Role) is null)
        {
            yield return $"'role' has to be one of {string.Join(", ", RoleWords.All)}";
        }

        if (wanted.Clusters is { } clusters && (clusters.Length is 0 or > Right.MaxClusters || clusters.Any(cluster => string.IsNullOrWhiteSpace(cluster) || cluster.Length > ApiToken.MaxNameLength || cluster.Any(char.IsControl))))
        {
            yield return $"'clusters' has to name 1 to {Right.MaxClusters} clusters, or to be left out for all";
        }
        else if (wanted.Clusters is not null && wanted.Role == Role.Admin.Word())
        {
            yield return "an admin says who may do what everywhere: leave 'clusters' out, or make it a responder";
        }

        if (wanted.ExpiresAt is not { } end || end <= now || end > now + ApiToken.MaxLife)
        {
            yield return $"'expiresAt' has to be a time to come, at most {ApiToken.MaxLife.TotalDays:N0} days from now";
        }

        if (string.IsNullOrWhiteSpace(wanted.By) || wanted.By.Length > WhoBody.MaxLength)
        {
            yield return $"'by' has to say who you are, in at most {WhoBody.MaxLength} characters";
        }
    }

    private static void Write(Utf8JsonWriter json, ApiToken token, DateTimeOffset now, string? secret = null)
    {
        json.WriteStartObject();
        json.WriteString("id", token.Id);
        json.WriteString("name", token.Name);
        json.WriteString("role", token.Role.Word());
        json.WritePropertyName("clusters");
        JsonSerializer.Serialize(json, token.Clusters);
        json.WriteString("state", now < token.ExpiresAt ? "active" : "expired");
        json.WriteString("createdBy", token.CreatedBy);
        json.WriteString("createdAt", SilenceTime.Write(token.CreatedAt));
        json.WriteString("expiresAt", SilenceTime.Write(token.ExpiresAt));
        if (secret is not null)
        {
            json.WriteString("token", secret);
        }

        json.WriteEndObject();
    }

    private sealed record Wanted(string? Name = null, string? Role = null, DateTimeOffset? ExpiresAt = null, string? By = null, string[]? Clusters = null);
}
