using System.Net;
using System.Net.Http.Headers;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;

namespace AuditWatch.EndToEnd.Api;

public sealed class ApiTests(ServiceWithSample service) : IClassFixture<ServiceWithSample>
{
    private const string Nobody = "0000000000000000";

    [Theory]
    [InlineData("http")]
    [InlineData("socket")]
    public async Task Alerts_Pages_AreTheListInPieces(string way)
    {
        using var client = service.Client(way);

        foreach (var sort in new[] { "level", "time" })
        {
            var (all, end) = await IdsAsync(client, $"alerts?limit=1000&sort={sort}&status=open,acknowledged,closed");
            var pages = new List<string>();
            for (var next = ""; next is not null;)
            {
                (var ids, next) = await IdsAsync(client, $"alerts?limit=10&after={next}&sort={sort}&status=open,acknowledged,closed");
                pages.AddRange(ids);
            }

            Assert.True(all.Count > 20);
            Assert.Null(end);
            Assert.Equal(all, pages);
        }
    }

    [Theory]
    [InlineData("http")]
    [InlineData("socket")]
    public async Task Incidents_OfTheSample_AreItsStories(string way)
    {
        using var client = service.Client(way);

        using var answer = JsonDocument.Parse(await client.GetStringAsync("incidents"));

        var incidents = answer.RootElement.EnumerateArray().ToList();
        Assert.Equal(4, incidents.Count);
        Assert.Equal(["high", "high", "medium", "medium"], incidents.Select(incident => incident.GetProperty("level").GetString()));
        Assert.All(incidents, incident => Assert.Equal(incident.GetProperty("alerts").GetArrayLength(), incident.GetProperty("openAlerts").GetInt32()));
        var id = incidents[0].GetProperty("id").GetString()!;
        using var one = JsonDocument.Parse(await client.GetStringAsync($"incidents/{id[..8]}"));
        Assert.Equal(id, one.RootElement.GetProperty("id").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"incidents/{Nobody}")).StatusCode);
    }

    [Fact]
    public async Task Alerts_OfIncidents_SayWhich()
    {
        using var client = service.Client("http");
        using var incidents = JsonDocument.Parse(await client.GetStringAsync("incidents"));
        var incidentOf = incidents.RootElement.EnumerateArray()
            .SelectMany(incident => incident.GetProperty("alerts").EnumerateArray().Select(alert => (Alert: alert.GetString()!, Incident: incident))).ToDictionary(one => one.Alert, one => one.Incident);

        using var list = JsonDocument.Parse(await client.GetStringAsync("alerts?limit=1000"));

        var alerts = list.RootElement.GetProperty("alerts").EnumerateArray().ToDictionary(alert => alert.GetProperty("id").GetString()!);
        Assert.Contains(alerts.Keys, incidentOf.ContainsKey);
        Assert.All(alerts, alert => Says(alert.Value, alert.Key));
        using var one = JsonDocument.Parse(await client.GetStringAsync($"alerts/{incidentOf.Keys.First()}"));
        Says(one.RootElement, incidentOf.Keys.First());

        void Says(JsonElement alert, string id)
        {
            var said = alert.GetProperty("incident");
            if (!incidentOf.TryGetValue(id, out var incident))
            {
                Assert.Equal(JsonValueKind.Null, said.ValueKind);
                return;
            }

            Assert.All(["id", "title", "level"], (string key) => Assert.Equal(incident.GetProperty(key).GetString(), said.GetProperty(key).GetString()));
        }
    }

    [Fact]
    public async Task Incidents_Commands_ListThemAndShowOneWithItsAlerts()
    {
        var list = await Cli.RunAsync("incidents", "list", "--url", service.Url);
        Assert.Equal(0, list.ExitCode);
        Assert.Equal(5, list.OutLines.Length);
        Assert.Matches("^LEVEL +ID +STATUS +WHO +TITLE +TACTICS +ALERTS +OPEN +LAST SEEN *$", list.OutLines[0]);
        var jane = list.OutLines.Single(line => line.Contains("jane@example.com", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];

        var shown = await Cli.RunAsync("incidents", "show", jane[..8], "--url", service.Url);

        Assert.Equal(0, shown.ExitCode);
        Assert.Equal($"Incident {jane}  high", shown.OutLines[0]);
        Assert.Contains("  shared: account:jane@example.com, object:payments/pods/shell", shown.OutLines);
        Assert.Contains(shown.OutLines, line => line.Contains(" exec_into_pod ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("level=high", "high")]
    [InlineData("level=CRITICAL", "")]
    [InlineData("status=closed&level=high", "")]
    public async Task Alerts_Level_IsTheLeast(string query, string levels)
    {
        using var client = service.Client("http");

        using var answer = JsonDocument.Parse(await client.GetStringAsync($"alerts?{query}"));

        Assert.Equal(levels, string.Join(' ', answer.RootElement.GetProperty("alerts").EnumerateArray().Select(alert => alert.GetProperty("level").GetString()).Distinct()));
    }

    [Theory]
    [InlineData("GET", "alerts?status=opn,&level=hi&limit=0&page=2", "", 400, "unknown parameter 'page'", "'opn' is not a status", "'' is not a status", "'hi' is not a level", "'limit' is")]
    [InlineData("GET", "alerts?limit=1001&level=2", "", 400, "'2' is not a level", "'limit' is a number from 1 to 1000")]
    [InlineData("GET", "alerts?limit=ten&after=x&level=low&level=high", "", 400, "'level' is there 2 times", "'low,high' is not a level", "'after' is what 'next' was", "'limit' is")]
    [InlineData("GET", "alerts?after=x&since=7d&sort=name&text=%2F*", "", 400, "'name' is not an order", "'text' cannot be searched for: there is no letter or digit in it", "'since' is a time such as", "'after' is what 'next' was")]
    [InlineData("GET", "alerts?tactic=attack.execution", "", 400, "'attack.execution' is not a tactic; there are reconnaissance, ")]
    [InlineData("GET", "alerts?text=ab*", "", 400, "'ab*' is too short for the beginning of a word")]
    [InlineData("GET", "alerts/67f1D", "", 404, "there is no alert '67f1D'")]
    [InlineData("GET", $"alerts/{Nobody}", "", 404, $"there is no alert '{Nobody}'")]
    [InlineData("POST", $"alerts/{Nobody}/close", """{"by":"jane"}""", 404, $"there is no alert '{Nobody}'")]
    [InlineData("POST", $"alerts/{Nobody}/acknowledge", """{"by":""}""", 400, "'by' has to say who you are")]
    [InlineData("POST", $"alerts/{Nobody}/acknowledge", """{"by":7,"who":"x"}""", 400, "unknown key 'who'", "'by' has to say who you are")]
    [InlineData("POST", $"alerts/{Nobody}/acknowledge", """{"by":"\ud800"}""", 400, "the body is not JSON")]
    [InlineData("POST", $"alerts/{Nobody}/acknowledge", "[]", 400, "the body is not a JSON object")]
    [InlineData("POST", $"alerts/{Nobody}/acknowledge", "", 400, "the body is not JSON")]
    [InlineData("POST", "silences", """{"matchers":["levl=low"],"createdBy":"","comment":"x","endsAt":"soon","end":1}""", 400, "alerts have no label 'levl'", "'endsAt' must be a time", "unknown key 'end'")]
    [InlineData("POST", "silences", """{"matchers":["level=low"],"createdBy":"x","comment":"x","endsAt":"2020-01-01T00:00:00Z"}""", 400, "it ends in the past")]
    [InlineData("POST", $"silences/{Nobody}/expire", "{}", 404, $"there is no silence '{Nobody}'")]
    [InlineData("POST", $"dead-letters/{Nobody}/resend", "{}", 404, $"there is no dead letter '{Nobody}'")]
    [InlineData("DELETE", $"dead-letters/{Nobody}", "{}", 404, $"there is no dead letter '{Nobody}'")]
    [InlineData("POST", $"sources/{Nobody}/forget", """{"by":"jane"}""", 404, $"there is no source '{Nobody}'")]
    [InlineData("POST", $"sources/{Nobody}/forget", "{}", 400, "'by' has to say who you are")]
    [InlineData("PUT", "alerts", "{}", 404, "the API has no PUT /api/v1/alerts")]
    [InlineData("GET", "no/such/thing", "", 404, "the API has no GET /api/v1/no/such/thing")]
    public async Task Request_Wrong_IsAnsweredWithAllThatIs(string method, string path, string body, int status, params string[] errors)
    {
        foreach (var way in new[] { "http", "socket" })
        {
            using var client = service.Client(way);
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "GET" ? null : Json(body) };

            using var answer = await client.SendAsync(request);

            Assert.Equal(status, (int)answer.StatusCode);
            var said = await ErrorsAsync(answer);
            Assert.Equal(errors.Length, said.Count);
            Assert.All(said.Zip(errors), pair => Assert.Contains(pair.Second, pair.First, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("http")]
    [InlineData("socket")]
    public async Task Request_BodyTooLong_IsAnsweredWith413(string way)
    {
        using var client = service.Client(way);
        foreach (var path in new[] { "silences", $"alerts/{Nobody}/close" })
        {
            using var answer = await client.PostAsync(path, Json($$"""{"by":"{{new string('x', 20_000)}}"}"""));

            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
            Assert.Equal("the request has more than 16,384 bytes", Assert.Single(await ErrorsAsync(answer)));
        }
    }

    [Theory]
    [InlineData("http", "text/plain")]
    [InlineData("http", "application/x-www-form-urlencoded")]
    [InlineData("http", null)]
    [InlineData("socket", "text/plain")]
    public async Task Request_ContentThatAPageCanSendUnasked_IsAnsweredWith415(string way, string? type)
    {
        using var client = service.Client(way);
        foreach (var (method, path) in new[] { ("POST", $"alerts/{Nobody}/close"), ("POST", "silences"), ("POST", "dead-letters/resend"), ("DELETE", "dead-letters") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = Json("{}") };
            request.Content.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);

            using var answer = await client.SendAsync(request);

            Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
            Assert.Equal("the request has to be application/json", Assert.Single(await ErrorsAsync(answer)));
        }
    }

    [Theory]
    [InlineData("http", "attacker.example.com", 403)]
    [InlineData("http", "127.0.0.1.attacker.example.com:80", 403)]
    [InlineData("http", "localhost.example.com", 403)]
    [InlineData("http", "192.0.2.1", 403)]
    [InlineData("http", "LOCALHOST:1", 200)]
    [InlineData("http", "[::1]:9880", 200)]
    [InlineData("socket", "attacker.example.com", 200)]
    public async Task Request_UnderAnotherName_IsAnsweredThroughTheSocketOnly(string way, string host, int status)
    {
        using var client = service.Client(way);
        foreach (var path in new[] { "alerts", "silences", "dead-letters" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = host;

            using var answer = await client.SendAsync(request);

            Assert.Equal(status, (int)answer.StatusCode);
            Assert.True(status == 200 || (await ErrorsAsync(answer))[0].StartsWith("without a token the API answers only on the machine of the service", StringComparison.Ordinal));
        }
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Socket_AnyUmask_IsClosedToOthers() =>
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(service.State, "auditwatch.sock")));

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task<(IReadOnlyList<string> Ids, string? Next)> IdsAsync(HttpClient client, string path)
    {
        using var answer = JsonDocument.Parse(await client.GetStringAsync(path));
        return ([.. answer.RootElement.GetProperty("alerts").EnumerateArray().Select(alert => alert.GetProperty("id").GetString()!)], answer.RootElement.GetProperty("next").GetString());
    }

    private static async Task<IReadOnlyList<string>> ErrorsAsync(HttpResponseMessage answer)
    {
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return [.. json.RootElement.GetProperty("errors").EnumerateArray().Select(error => error.GetString()!)];
    }
}
