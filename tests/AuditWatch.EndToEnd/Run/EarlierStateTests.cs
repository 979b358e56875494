using System.Text.Json;
using AuditWatch.EndToEnd.Commands;
using AuditWatch.Tests;

namespace AuditWatch.EndToEnd.Run;

/// <summary>
/// A service goes on from what one with an earlier schema left. Whoever adds a version of the schema, or changes one that has not been released, writes its fixtures:
/// <c>AUDITWATCH_UPDATE_STATE_FIXTURE=1 dotnet test tests/AuditWatch.EndToEnd --filter EarlierStateTests</c>.
/// </summary>
public sealed class EarlierStateTests : IDisposable
{
    private const string Update = "AUDITWATCH_UPDATE_STATE_FIXTURE";

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<int, string> Earlier
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (var version in LongForm.IsTaken ? StateFixture.Versions : StateFixture.Versions.Take(1))
            {
                data.Add(version, "sqlite");
                data.Add(version, "postgres");
            }

            return data;
        }
    }

    private string Database => _folder["state/auditwatch.db"];

    private string ConnectionString => File.ReadAllText(_folder["connection"]);

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Earlier))]
    public async Task Run_StateOfAnEarlierVersion_GoesOnFromIt(int version, string database)
    {
        await using var receiver = new FickleReceiver();
        await receiver.StartAsync();
        receiver.Takes = true;
        var config = Configure(database, receiver.Root, receiver.Root);
        if (database == "postgres")
        {
            StateFixture.IntoPostgres(version, ConnectionString);
        }
        else
        {
            StateFixture.IntoSqlite(version, Database);
        }

        await FineAsync(config, "state", "check");
        Assert.Contains("made by an earlier version", await FineAsync(config, "state", "export"), StringComparison.Ordinal);
        await using var service = await Service.StartAsync("--config", config);
        var before = await AlertsAsync(config);
        Assert.InRange(before.Count, 30, int.MaxValue);
        Assert.Matches(@"(?m)closed +ann", await ShownAsync(config, before, "closed@example.com"));
        Assert.Matches(@"(?m)acknowledged +bob", await ShownAsync(config, before, "acknowledged@example.com"));
        Assert.Contains("made by an earlier version", await FineAsync(config, "silence", "list"), StringComparison.Ordinal);
        Assert.Equal(version >= 4, (await FineAsync(config, "token", "list")).Contains("of an earlier version", StringComparison.Ordinal));
        Assert.Contains("soar/webhook[0]", await FineAsync(config, "dead-letters", "list"), StringComparison.Ordinal);

        // What waited is told, or given up if that was too long ago; what has been seen is known.
        await service.UntilAsync("nothing waits", async () => await service.MetricAsync("auditwatch_notifications_waiting") == 0);
        Assert.True(!receiver.Taken.IsEmpty || (await FineAsync(config, "dead-letters", "list")).Contains("away/webhook[0]", StringComparison.Ordinal));
        await service.PostAsync(string.Join('\n', Sample.Lines));
        Assert.Equal(Execs(before), Execs(await AlertsAsync(config)));
        Assert.Equal(0, await service.StopAsync());
        await FineAsync(config, "state", "check");

        static IEnumerable<(string, string, int)> Execs(IEnumerable<(string, string Detection, string, int)> alerts) =>
            alerts.Where(alert => alert.Detection == "exec_into_pod").Select(alert => (alert.Item1, alert.Item3, alert.Item4)).Order();
    }

    [SkippableTheory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Fixture_OfThisVersion_HasAllThatIsKept(string database)
    {
        Skip.If(string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Update)), $"writes the fixtures of the newest schema: set {Update}=1");
        await using var receiver = new FickleReceiver();
        await receiver.StartAsync();
        var config = Configure(database, receiver.Root, "http://127.0.0.1:1");
        await using (var service = await Service.StartAsync("--config", config, "--file", _folder.Write("audit.log", string.Join('\n', Sample.Lines.Take(100)) + "\n"), "--from-start"))
        {
            await service.PostAsync(string.Join('\n', Sample.Lines));
            await service.PostAsync(ExecEvent.By("closed@example.com", "closed") + "\n" + ExecEvent.By("acknowledged@example.com", "acknowledged"));
            var alerts = await AlertsAsync(config);
            await FineAsync(config, "alerts", "close", IdOf(alerts, "closed@example.com"), "--by", "ann");
            await FineAsync(config, "alerts", "acknowledge", IdOf(alerts, "acknowledged@example.com"), "--by", "bob");
            var incident = JsonDocument.Parse((await FineAsync(config, "incidents", "list", "--format", "json")).Split('\n')[0]).RootElement.GetProperty("id").GetString()!;
            await FineAsync(config, "incidents", "note", incident, "known to an earlier version", "--by", "ann");
            await FineAsync(config, "silence", "add", "actor=nobody", "--until", "2099-01-01T00:00:00Z", "--comment", "made by an earlier version", "--author", "ann");
            await FineAsync(config, "token", "create", "--name", "of an earlier version", "--role", "viewer", "--expires", "3650d", "--by", "ann");
            await service.UntilAsync("something is given up", async () => await service.MetricAsync("auditwatch_deadletters") > 0);
            Assert.Equal(0, await service.StopAsync());
        }

        var exported = (await FineAsync(config, "state", "export")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => JsonDocument.Parse(row).RootElement.GetProperty("table").GetString()!);
        string[] expected = ["alerts", "alert_requests", "alert_history", "incidents", "incident_alerts", "incident_history", "detections", "silences", "notifications", "dead_letters", "groups", "seen_requests", "counted", "first_seen", "checkpoints", "sources", "api_tokens"];
        Assert.Empty(expected.Except(exported));
        StateFixture.Write(database == "postgres" ? StateFixture.OfPostgres(ConnectionString) : StateFixture.OfSqlite(Database), isPostgres: database == "postgres");
    }

    // Alerts are old when the tests run, and still to be there.
    private string Configure(string database, string soar, string away)
    {
        var postgres = "";
        if (database == "postgres")
        {
            _folder.Write("connection", PostgresServer.Shared().NewSchema());
            postgres = ", postgres: {connectionStringFile: connection}";
        }

        return _folder.Write("auditwatch.yaml", $$"""
            state: {directory: state{{postgres}}}
            alerts: {retention: 36500d}
            receivers:
              - {name: archive, fileConfigs: [{path: told.jsonl}]}
              - {name: soar, webhookConfigs: [{url: "{{soar}}/"}]}
              - {name: away, webhookConfigs: [{url: "{{away}}/"}]}
            route:
              receiver: archive
              routes: [{matchers: [detection=exec_into_pod], receiver: soar}, {matchers: [detection=attach_to_pod], receiver: away}]
            """);
    }

    private static string IdOf(IEnumerable<(string Id, string, string Actor, int)> alerts, string actor) => Assert.Single(alerts, alert => alert.Actor == actor).Id;

    private static Task<string> ShownAsync(string config, IEnumerable<(string, string, string, int)> alerts, string actor) => FineAsync(config, "alerts", "show", IdOf(alerts, actor));

    private static async Task<List<(string Id, string Detection, string Actor, int Count)>> AlertsAsync(string config) =>
    [
        .. (await FineAsync(config, "alerts", "list", "--status", "open,acknowledged,closed", "--format", "json")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Select(alert => (alert.GetProperty("id").GetString()!, alert.GetProperty("detection").GetProperty("name").GetString()!, alert.GetProperty("actor").GetString()!, alert.GetProperty("count").GetInt32())),
    ];

    private static async Task<string> FineAsync(string config, params string[] command)
    {
        var result = await Cli.RunAsync([.. command, "--config", config]);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Out;
    }
}
