using System.Globalization;
using System.Net;
using System.Text;
using AuditWatch.EndToEnd.Run;
using AuditWatch.Tests;

namespace AuditWatch.EndToEnd.Standby;

/// <summary>Two services on one PostgreSQL database: one is active, the other stands by and goes on when the first one ends, is stopped or cut off.</summary>
public sealed class TakeoverTests
{
    private const string LockOf = "hashtextextended('auditwatch in ' || current_schema(), 0)";

    // The promise is 10 s (see TakeoverStreamTests, which measures it); other tests run beside this one.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);

    [SkippableFact]
    public async Task Run_WhileAnotherIsActive_LivesAndRefusesAndSaysWhoIs()
    {
        await using var receiver = await ReceiverAsync();
        await using var replicas = new Replicas(PostgresServer.Shared().NewSchema(), receiver);
        var (active, standby) = await replicas.StartBothAsync();
        var who = $"auditwatch on {Environment.MachineName} is active since 2";

        Assert.Equal("ok\n", await standby.Http.GetStringAsync("/healthz"));
        await RefusesAsync(await standby.Http.GetAsync("/readyz"), $"{{\"ready\":false,\"standby\":\"{who}");
        await RefusesAsync(await standby.Http.PostAsync("/webhook/production", new StringContent("{}", Encoding.UTF8, "application/json")), "stands by while another one is active", mustSayWhen: true);
        await RefusesAsync(await standby.Http.GetAsync("/api/v1/alerts"), $"this service stands by: {who}", mustSayWhen: true);
        await RefusesAsync(await standby.Http.GetAsync("/"), $"this service stands by: {who}", mustSayWhen: true);
        Assert.Equal(0, await standby.MetricAsync("auditwatch_active"));
        Assert.Equal(1, await active.MetricAsync("auditwatch_active"));
        var listed = await Cli.RunAsync("alerts", "list", "--url", standby.Http.BaseAddress!.ToString());
        Assert.Equal(2, listed.ExitCode);
        Assert.Contains($"this service stands by: {who}", listed.Error, StringComparison.Ordinal);

        Assert.Equal(0, await standby.StopAsync());
        Assert.True(await Replicas.TryPostAsync(active, "1", "alice"));
    }

    [SkippableTheory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    public async Task Run_ActiveOneEnds_StandbyGoesOnWithEverything(string signal)
    {
        await using var receiver = await ReceiverAsync();
        await using var replicas = new Replicas(PostgresServer.Shared().NewSchema(), receiver);
        var (active, standby) = await replicas.StartBothAsync();
        Assert.True(await Replicas.TryPostAsync(active, "1", "alice"));
        await standby.UntilAsync("alice's alert", () => Told("exec of alice"));
        receiver.IsDown = true;
        Assert.True(await Replicas.TryPostAsync(active, "1", "bob"));

        await active.SignalAsync(signal);
        Assert.InRange(await Replicas.UntilActiveAsync(standby), TimeSpan.Zero, Limit);
        receiver.IsDown = false;

        // What was on its way arrives, and a window that has begun on the one is full on the other.
        Assert.True(await Replicas.TryPostAsync(standby, "2", "alice"));
        await standby.UntilAsync("the alerts", async () => await Told("exec of bob") && await Told("execs of alice"));
        Assert.Equal(signal == "TERM" ? 0 : 137, await active.ExitAsync());
        Assert.Equal(1, await standby.MetricAsync("auditwatch_active"));
        Assert.All(receiver.Told, told => Assert.Single(told.Value));

        Task<bool> Told(string what) => Task.FromResult(receiver.Told.ContainsKey(what));
    }

    [SkippableFact]
    public async Task Run_ActiveOneStoppedAndContinued_EndsAndNeitherCommitsNorTells()
    {
        await using var receiver = await ReceiverAsync();
        var schema = PostgresServer.Shared().NewSchema();
        await using var replicas = new Replicas(schema, receiver);
        var (zombie, standby) = await replicas.StartBothAsync();
        receiver.IsDown = true;
        string[] waiting = [.. Enumerable.Range(0, 20).Select(i => $"waiting{i}")];
        Assert.True(await Replicas.TryPostAsync(zombie, "1", waiting));

        await zombie.SignalAsync("STOP");
        var unanswered = Replicas.TryPostAsync(zombie, "1", "mallory");
        Assert.InRange(await Replicas.UntilActiveAsync(standby), TimeSpan.Zero, Limit);
        Assert.False(await unanswered);
        receiver.IsDown = false;
        Assert.True(await Replicas.TryPostAsync(standby, "1", "alice"));
        await standby.UntilAsync("all alerts", () => Task.FromResult(receiver.Told.Count == 21));
        var commits = PostgresServer.Scalar<long>("SELECT sequence FROM writer", schema);
        var afterwards = Replicas.TryPostAsync(zombie, "1", "trudy");
        await zombie.SignalAsync("CONT");

        Assert.Equal(1, await zombie.ExitAsync());
        Assert.Contains("has been taken over by another process. This one ends: it changes nothing and tells nobody any more", zombie.Error, StringComparison.Ordinal);
        Assert.False(await afterwards);
        Assert.Equal(["exec of alice", .. waiting.Select(actor => $"exec of {actor}").Order(StringComparer.Ordinal)], receiver.Told.Keys.Order(StringComparer.Ordinal));
        // Twice at most the one message that was on its way when it was stopped.
        Assert.InRange(receiver.Told.Sum(told => told.Value.Count), 21, 22);
        Assert.Equal(2, PostgresServer.Scalar<long>("SELECT epoch FROM writer", schema));
        Assert.InRange(PostgresServer.Scalar<long>("SELECT sequence FROM writer", schema), commits, commits + 10);
        Assert.Equal(0, PostgresServer.Scalar<long>("SELECT count(*) FROM alerts WHERE actor IN ('mallory', 'trudy')", schema));
    }

    [SkippableFact]
    public async Task Run_SessionOfActiveOneEnded_OneOfBothIsActive()
    {
        await using var receiver = await ReceiverAsync();
        var schema = PostgresServer.Shared().NewSchema();
        await using var replicas = new Replicas(schema, receiver);
        await replicas.StartBothAsync();

        PostgresServer.Scalar<bool>($"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND ((classid::bigint << 32) | objid::bigint) = {LockOf}", schema);

        await OneGoesOnAsync(replicas, receiver, schema);
    }

    [SkippableFact]
    public async Task Run_DatabaseRestarted_OneOfBothIsActive()
    {
        PostgresServer.SkipUnlessInstalled();
        using var server = PostgresServer.Start();
        await using var receiver = await ReceiverAsync();
        var schema = server.NewSchema();
        await using var replicas = new Replicas(schema, receiver);
        var (active, standby) = await replicas.StartBothAsync();

        server.Kill();
        await active.UntilAsync("it is not ready", async () => (await active.Http.GetAsync("/readyz")).StatusCode == HttpStatusCode.ServiceUnavailable);
        await RefusesAsync(await standby.Http.GetAsync("/readyz"), "");
        server.Resume();

        await OneGoesOnAsync(replicas, receiver, schema);
    }

    private static async Task OneGoesOnAsync(Replicas replicas, ToldActors receiver, string schema)
    {
        Service? active = null;
        await replicas.Running[^1].UntilAsync("one of both takes events", async () =>
        {
            foreach (var one in replicas.Running)
            {
                active ??= await Replicas.TryPostAsync(one, "1", "alice") ? one : null;
            }

            return active is not null;
        });
        await active!.UntilAsync("the alert", () => Task.FromResult(receiver.Told.ContainsKey("exec of alice")));

        Assert.Equal(1, PostgresServer.Scalar<long>($"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND ((classid::bigint << 32) | objid::bigint) = {LockOf}", schema));
        foreach (var other in replicas.Running.Where(one => one != active && !one.HasExited))
        {
            Assert.False(await Replicas.TryPostAsync(other, "1", "bob"));
        }
    }

    private static async Task<ToldActors> ReceiverAsync()
    {
        PostgresServer.SkipUnlessInstalled();
        var receiver = new ToldActors();
        await receiver.StartAsync();
        return receiver;
    }

    private static async Task RefusesAsync(HttpResponseMessage answer, string text, bool mustSayWhen = false)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains(text, (await answer.Content.ReadAsStringAsync()).Replace("\\u0022", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(mustSayWhen ? "2" : null, answer.Headers.RetryAfter?.Delta?.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        answer.Dispose();
    }
}
