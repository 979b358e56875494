using System.Net;
using System.Net.Sockets;
using AuditWatch.EndToEnd.Run;
using AuditWatch.Tests.Notifications.Http;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.EndToEnd.Commands;

/// <summary>What people are told who name no service, or one that does not want them.</summary>
public sealed class ServiceErrorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Connect_NobodyListens_SaysHowToStartIt()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"http://{listener.LocalEndpoint}";
        listener.Stop();

        await FailsAsync($"no service runs at {url}: start it with 'auditwatch run', or say with --url where it is\n", "--url", url);
    }

    [Fact]
    public async Task Connect_StateDirectoryOfNobody_SaysSo()
    {
        var state = _folder["state"];
        await FailsAsync($"there is no {state}: either no service runs with that state directory, or you may not look into it (become its user, such as with sudo)\n", "--url", $"unix:{state}");

        await using (var service = await Service.StartProcessAsync("--state", state))
        {
            Assert.Equal(0, (await Cli.RunAsync("alerts", "list", "--url", $"unix:{state}")).ExitCode);
            await service.KillAsync();
        }

        // The socket is still there.
        await FailsAsync($"no service runs at unix:{state}: start it with 'auditwatch run', or say with --url where it is\n", "--url", $"unix:{state}");
    }

    [Fact]
    public async Task Connect_ConfigurationWithoutState_SaysWhatIsMissing()
    {
        var config = _folder.Write("auditwatch.yaml", "receivers: [{name: a, slackConfigs: [{apiUrlFile: not-for-you}]}]\nroute: {receiver: a}\n");

        await FailsAsync($"{config} names no state directory, in which the socket of the service would be: name the service with --url\n", "--config", config);
    }

    [Theory]
    [InlineData(200, "<html>hello</html>", "text/html")]
    [InlineData(404, "404 page not found", "text/plain")]
    [InlineData(200, "{}", "application/json")]
    [InlineData(200, """{"alerts":[{"id":"x"}],"next":null}""", "application/json")]
    [InlineData(200, """{"alerts":[7],"next":null}""", "application/json")]
    [InlineData(400, """{"errors":[]}""", "application/json")]
    [InlineData(302, "", "text/plain")]
    public async Task Connect_SomethingElse_IsNotTakenForAuditWatch(int status, string body, string type)
    {
        await using var other = await HttpStandIn.StartAsync(async http =>
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = type;
            http.Response.Headers.Location = "http://127.0.0.1:1/";
            await http.Response.WriteAsync(body);
        });
        var url = other.Root;

        await FailsAsync($"what answers at {url} is not an AuditWatch service, or a much older or newer one: check --url\n", "--url", url);
    }

    [SkippableFact]
    public async Task Connect_FromElsewhere_IsRefusedAndSaysHow()
    {
        var address = Elsewhere.OrSkip();
        var config = _folder.Write("auditwatch.yaml", "sources: {webhook: {listen: '127.0.0.1:0', insecure: true}}\n");
        await using var service = await Service.StartAsync("--config", config, "--listen", $"{address}:0");

        await FailsAsync(
            "without a token the API answers only through the socket auditwatch.sock in the service's state directory (--url unix:DIR, or --config): 'auditwatch token create' makes a token\n",
            "--url", service.Http.BaseAddress!.AbsoluteUri);
    }

    [Theory]
    [InlineData("matcher 'levl=high', character 1: alerts have no label 'levl'; did you mean 'level'?", "levl=high", "--duration", "1h")]
    [InlineData("matcher 'actor=~\"(\"', character 10: not a regular expression", "actor=~\"(\"", "--duration", "1h")]
    [InlineData("--duration: 'long' is not a length of time such as 30m, 2h or 7d", "level=low", "--duration", "long")]
    [InlineData("--until: 'tomorrow' is not a time such as", "level=low", "--until", "tomorrow")]
    [InlineData("it ends in the past", "level=low", "--until", "2020-01-01T00:00:00Z", "--start", "2019-01-01T00:00:00Z")]
    [InlineData("it ends before it starts", "level=low", "--until", "2030-01-01T00:00:00Z", "--start", "2031-01-01T00:00:00Z")]
    [InlineData("every matcher holds for an empty label", "actor=~.*", "--duration", "1h")]
    [InlineData("Either '--duration' or '--until' says when the silence ends.", "level=low")]
    [InlineData("Either '--duration' or '--until' says when the silence ends.", "level=low", "--duration", "1h", "--until", "2030-01-01T00:00:00Z")]
    public async Task SilenceAdd_Wrong_IsSaidBeforeAnythingIsSent(string error, params string[] arguments)
    {
        var result = await Cli.RunAsync(["silence", "add", .. arguments, "--author", "jane", "--comment", "x", "--url", "http://127.0.0.1:1"]);

        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.StartsWith(error, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SilenceAdd_SeveralThingsWrong_SaysAllOfThem()
    {
        var result = await Cli.RunAsync("silence", "add", "levl=high", "level=hihg", "--duration", "x", "--start", "y", "--author", "jane", "--comment", "x");

        Assert.Equal((2, 4), (result.ExitCode, result.Error.TrimEnd().Split('\n').Length));
    }

    private static async Task FailsAsync(string error, params string[] where)
    {
        var result = await Cli.RunAsync(["alerts", "list", .. where]);
        Assert.Equal((2, "", error), (result.ExitCode, result.Out, result.Error));
    }
}
