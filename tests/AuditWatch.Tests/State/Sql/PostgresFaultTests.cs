using System.Text;
using AuditWatch.State;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Tests.State.Sql;

/// <summary>A server that is killed, and connections that are lost at the worst moment.</summary>
public sealed class PostgresFaultTests : IDisposable
{
    private static readonly StateTable Requests = StateTables.SeenRequests;

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLogger<IStateStore> _log = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task CommitAsync_ServerKilledAndStartedAgain_LosesAndDoublesNothing()
    {
        PostgresServer.SkipUnlessInstalled();
        using var server = PostgresServer.Start();
        var schema = server.NewSchema();
        await using var store = Open(schema);
        var commits = new List<Task>();
        for (var kill = 0; kill < 3; kill++)
        {
            for (var i = 0; i < 200; i++)
            {
                commits.Add(store.CommitAsync(Changes.Of((Requests, $"{kill}-{i:d3}", "1"))));
            }

            server.Kill();
            var waits = store.CommitAsync(Changes.Of((Requests, $"{kill}-waits", "1")));
            Assert.NotSame(waits, await Task.WhenAny(waits, Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System)));
            Assert.StartsWith("The state in the PostgreSQL database postgres on 127.0.0.1 cannot be ", store.Problem, StringComparison.Ordinal);
            Assert.DoesNotContain(PostgresServer.Password, store.Problem, StringComparison.Ordinal);
            Assert.Throws<StateException>(() => store.Read(Requests).ToList());
            server.Resume();
            await waits.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Null(store.Problem);
        }

        Assert.All(commits, commit => Assert.True(commit.IsCompletedSuccessfully));
        Assert.Equal(603, store.Read(Requests).Count());
        Assert.Equal(0, _log.CountOf(PostgresServer.Password));
        Assert.Equal([LogLevel.Error, LogLevel.Information], _log.Lines.Select(line => line.Level).Distinct());
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CommitAsync_ConnectionLostDuringIt_HappensOnce(bool reachesTheServer)
    {
        var server = PostgresServer.Shared();
        await using var line = new CutLine(server.Port);
        var schema = server.NewSchema();
        await using var store = Open(schema.Replace($"Port={server.Port}", $"Port={line.Port}", StringComparison.Ordinal));
        await store.CommitAsync(Changes.Of((Requests, "a", "1")));
        var before = PostgresServer.Scalar<long>("SELECT sequence FROM writer", schema);

        line.CutAt(Encoding.ASCII.GetBytes("COMMIT"), reachesTheServer);
        await store.CommitAsync(Changes.Of((Requests, "b", "1"))).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(1, line.Cuts);
        Assert.Equal(before + 1, PostgresServer.Scalar<long>("SELECT sequence FROM writer", schema));
        Assert.Equal(["a=1", "b=1"], store.Read(Requests).Select(Changes.Text));
        await store.CommitAsync(Changes.Of((Requests, "c", "1")));
        Assert.Equal(before + 2, PostgresServer.Scalar<long>("SELECT sequence FROM writer", schema));
    }

    [SkippableFact]
    public async Task CommitAsync_ServersDiskFull_WaitsAndSaysSo()
    {
        var server = PostgresServer.Shared();
        var schema = server.NewSchema();
        await using var store = Open(schema);
        await store.CommitAsync(Changes.Of((Requests, "a", "1")));
        server.Execute("CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$", schema);
        server.Execute("CREATE TRIGGER full_disk BEFORE INSERT ON seen_requests EXECUTE FUNCTION full_disk()", schema);
        var waits = store.CommitAsync(Changes.Of((Requests, "b", "1")));
        await Task.WhenAny(waits, UntilAsync(() => store.Problem is not null));

        Assert.Equal("The state in the PostgreSQL database postgres on 127.0.0.1 cannot be written: the server's disk is full. Free space there.", store.Problem);
        server.Execute("DROP TRIGGER full_disk ON seen_requests", schema);
        await waits.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Null(store.Problem);
    }

    private IStateStore Open(string connectionString)
    {
        File.WriteAllText(_folder["connection"], connectionString);
        return StateStore.Open(new StateSettings { ConnectionStringFile = _folder["connection"] }, TimeProvider.System, _log);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }
}
