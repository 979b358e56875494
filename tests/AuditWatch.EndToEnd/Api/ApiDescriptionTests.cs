using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AuditWatch.EndToEnd.Page;

namespace AuditWatch.EndToEnd.Api;

/// <summary>The description of the API: it is the one in the repository, and what it says is so.</summary>
public sealed class ApiDescriptionTests(ServiceWithSample service) : IClassFixture<ServiceWithSample>
{
    private const string Update = "AUDITWATCH_UPDATE_GOLDEN";

    private static readonly string Kept = Path.GetFullPath(Path.Combine(Helm.Chart.Folder, "..", "..", "..", "docs", "openapi.json"));

    [Fact]
    public async Task Description_OfTheApi_IsWhatTheRepositoryHas()
    {
        var served = (await service.Client("http").GetStringAsync("openapi.json")).ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable(Update) is not (null or ""))
        {
            await File.WriteAllTextAsync(Kept, served);
        }

        Assert.True(File.Exists(Kept) && served == await File.ReadAllTextAsync(Kept),
            $"the API describes itself otherwise than docs/openapi.json does: if it should, run\n  {Update}=1 dotnet test tests/AuditWatch.EndToEnd --filter {nameof(ApiDescriptionTests)}\nand look at the difference");
    }

    [Fact]
    public async Task Description_WebPageOfSomebodyElse_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "openapi.json") { Headers = { Host = "evil.example" } };
        using var client = service.Client("http");
        using var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Answers_OfTheApi_AreAsDescribed()
    {
        await service.Service.PostAsync(PageEvent.Exec(PageEvent.Hostile, "shell"));
        using var api = service.Client("socket");
        using var description = JsonDocument.Parse(await api.GetStringAsync("openapi.json"));
        var alert = (await ReadAsync(api, "alerts?detection=exec_into_pod")).GetProperty("alerts")[0].GetProperty("id").GetString()!;
        var incidents = (await ReadAsync(api, "incidents")).EnumerateArray()
            .Where(incident => incident.GetProperty("alerts").EnumerateArray().All(one => one.GetString() != alert)).Select(incident => incident.GetProperty("id").GetString()!).Take(2).ToList();
        var silence = new { matchers = new[] { "detection=nothing" }, createdBy = "jane", comment = "a drill", endsAt = TimeProvider.System.GetUtcNow().AddHours(1) };
        var token = new { name = "described", role = "viewer", expiresAt = TimeProvider.System.GetUtcNow().AddHours(1), by = "jane" };
        (string Method, string Path, string Address, object? Body)[] requests =
        [
            ("post", "alerts/{id}/note", $"alerts/{alert}/note", new { by = "jane", text = "looked at it" }),
            ("post", "alerts/{id}/acknowledge", $"alerts/{alert}/acknowledge", new { by = "jane" }),
            ("post", "alerts/{id}/assign", $"alerts/{alert}/assign", new { by = "jane", to = "max" }),
            ("post", "alerts/{id}/close", $"alerts/{alert}/close", new { by = "jane" }),
            ("get", "alerts", "alerts?status=open,acknowledged,closed", null),
            ("get", "alerts/{id}", $"alerts/{alert}", null),
            ("post", "incidents/{id}/note", $"incidents/{incidents[0]}/note", new { by = "jane", text = "looked at it" }),
            ("post", "incidents/{id}/assign", $"incidents/{incidents[0]}/assign", new { by = "jane", to = "max" }),
            ("post", "incidents/{id}/close", $"incidents/{incidents[1]}/close", new { by = "jane", reason = "false-positive" }),
            ("get", "incidents", "incidents", null),
            ("get", "incidents/{id}", $"incidents/{incidents[0]}", null),
            ("get", "incidents/{id}/alerts", $"incidents/{incidents[0]}/alerts", null),
            ("get", "incidents/{id}/similar", $"incidents/{incidents[0]}/similar", null),
            ("post", "silences", "silences", silence),
            ("get", "silences", "silences", null),
            ("get", "dead-letters", "dead-letters", null),
            ("post", "dead-letters/resend", "dead-letters/resend", new { }),
            ("get", "sources", "sources", null),
            ("post", "tokens", "tokens", token),
            ("get", "tokens", "tokens", null),
            ("get", "actions", "actions?limit=2", null),
        ];
        foreach (var (method, path, address, body) in requests)
        {
            using var answer = method == "get" ? await api.GetAsync(address) : await api.PostAsync(address, JsonContent.Create(body));
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, $"{method} {address}: {text}");
            using var json = JsonDocument.Parse(text);
            var schema = description.RootElement.GetProperty("paths").GetProperty($"/api/v1/{path}").GetProperty(method)
                .GetProperty("responses").GetProperty(((int)answer.StatusCode).ToString(null, null)).GetProperty("content").GetProperty("application/json").GetProperty("schema");
            Assert.Equal("", string.Join('\n', Differences(json.RootElement, schema, description.RootElement, $"{method} {address}").Take(20)));
        }
    }

    // As far as JSON Schema is used: types, null, members that have to be there and those that nobody has told of, words to choose from.
    private static IEnumerable<string> Differences(JsonElement value, JsonElement schema, JsonElement document, string place)
    {
        if (schema.TryGetProperty("oneOf", out var either))
        {
            return either.EnumerateArray().Any(one => !Differences(value, one, document, place).Any()) ? [] : [$"{place}: {value} is none of {either}"];
        }

        if (schema.TryGetProperty("$ref", out var reference))
        {
            var name = reference.GetString()!.Split('/')[^1];
            return Differences(value, document.GetProperty("components").GetProperty("schemas").GetProperty(name), document, place);
        }

        if (schema.TryGetProperty("enum", out var words))
        {
            return words.EnumerateArray().Any(word => word.ToString() == value.ToString()) ? [] : [$"{place}: {value} is none of {words}"];
        }

        var types = schema.GetProperty("type");
        var allowed = types.ValueKind == JsonValueKind.Array ? types.EnumerateArray().Select(type => type.GetString()).ToList() : [types.GetString()];
        var type = value.ValueKind switch
        {
            JsonValueKind.Null => "null",
            JsonValueKind.Number => value.TryGetInt64(out _) && allowed.Contains("integer") ? "integer" : "number",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            var kind => kind.ToString().ToLowerInvariant(),
        };
        return !allowed.Contains(type) ? [$"{place} is {type}, not {types}"]
            : type == "array" ? value.EnumerateArray().SelectMany((item, index) => Differences(item, schema.GetProperty("items"), document, $"{place}[{index}]"))
            : type == "object" ? OfMembers(value, schema, document, place)
            : [];
    }

    private static IEnumerable<string> OfMembers(JsonElement value, JsonElement schema, JsonElement document, string place)
    {
        if (schema.TryGetProperty("additionalProperties", out var each))
        {
            return value.EnumerateObject().SelectMany(member => Differences(member.Value, each, document, $"{place}.{member.Name}"));
        }

        var properties = schema.GetProperty("properties");
        return value.EnumerateObject().SelectMany(member => properties.TryGetProperty(member.Name, out var of) ? Differences(member.Value, of, document, $"{place}.{member.Name}") : [$"{place}.{member.Name} is not described"])
            .Concat(schema.GetProperty("required").EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)).Select(name => $"{place}.{name} is missing"));
    }

    private static async Task<JsonElement> ReadAsync(HttpClient api, string address)
    {
        using var json = JsonDocument.Parse(Encoding.UTF8.GetString(await api.GetByteArrayAsync(address)));
        return json.RootElement.Clone();
    }
}
