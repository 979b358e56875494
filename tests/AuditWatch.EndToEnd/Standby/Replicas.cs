using System.Diagnostics;
using System.Net;
using System.Text;
using AuditWatch.EndToEnd.Run;
using AuditWatch.Tests.Notifications.Http;

namespace AuditWatch.EndToEnd.Standby;

/// <summary>Services that share a PostgreSQL database, of which one is active, and who posts events to whichever takes them, as a Service of Kubernetes has it.</summary>
internal sealed class Replicas : IAsyncDisposable
{
    /// <summary>Each exec, and two of one actor.</summary>
    public const string Detections = """
        title: Exec
        name: exec
        status: test
        level: high
        logsource: {product: kubernetes, service: audit}
        detection:
          selection: {verb: create, objectRef.resource: pods, objectRef.subresource: exec}
          condition: selection
        ---
        title: Several execs
        name: execs
        status: test
        level: critical
        correlation:
          type: event_count
          rules: [exec]
          group-by: [actor]
          timespan: 10m
          condition: {gte: 2}
          generate: true
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly string _config;
    private readonly List<Service> _all = [];

    /// <param name="connectionString">The database.</param>
    /// <param name="receiver">Where alerts are sent.</param>
    /// <param name="sources">What is in the configuration besides. Default: nothing.</param>
    public Replicas(string connectionString, HttpStandIn receiver, string sources = "")
    {
        _folder.Write("connection", connectionString);
        _folder.Write("detections/exec.yml", Detections);
        _config = _folder.Write("auditwatch.yaml", $$"""
            state:
              postgres: {connectionStringFile: connection}
            detections: [detections]
            receivers:
              - name: archive
                webhookConfigs: [{url: '{{receiver.Root}}/hook'}]
            route: {receiver: archive}
            {{sources}}
            """);
    }

    /// <summary>Those that have not ended, in the order they were started.</summary>
    public IReadOnlyList<Service> Running => [.. _all.Where(one => !one.HasExited)];

    /// <summary>Starts one, and waits until it answers.</summary>
    public async Task<Service> StartAsync()
    {
        // The same address while it stands by and once it is active.
        var service = await Service.StartProcessWithoutWaitingAsync("--config", _config, "--listen", $"127.0.0.1:{HttpStandIn.FreePort()}");
        _all.Add(service);
        await service.UntilAsync("it lives", () => AnswersAsync(service, "/healthz"));
        return service;
    }

    /// <summary>Starts two, and waits until the first is active and the second stands by.</summary>
    public async Task<(Service Active, Service Standby)> StartBothAsync()
    {
        var active = await StartAsync();
        await UntilActiveAsync(active);
        return (active, await StartAsync());
    }

    /// <summary>Waits until one is active.</summary>
    /// <returns>How long that took.</returns>
    public static async Task<TimeSpan> UntilActiveAsync(Service service)
    {
        var began = Stopwatch.GetTimestamp();
        await service.UntilAsync("it is active", () => AnswersAsync(service, "/readyz"));
        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>Posts the exec of each actor to one of them.</summary>
    /// <returns>Whether it took them.</returns>
    public static async Task<bool> TryPostAsync(Service service, string exec, params IReadOnlyCollection<string> actors)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            using var answer = await service.Http.PostAsync("/webhook", new StringContent(string.Join('\n', actors.Select(actor => Exec(actor, exec))), Encoding.UTF8, "application/json"), limit.Token);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception problem) when (problem is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _all)
        {
            await service.DisposeAsync();
        }

        _folder.Dispose();
    }

    private static async Task<bool> AnswersAsync(Service service, string path)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            using var answer = await service.Http.GetAsync(path, limit.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception problem) when (problem is HttpRequestException or OperationCanceledException)
        {
            // Between standing by and being active nobody listens for a moment.
            return false;
        }
    }

    private static string Exec(string actor, string id) => $$"""
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"{{actor}}-{{id}}","stage":"ResponseStarted","requestURI":"/api/v1/namespaces/payments/pods/shell/exec?command=id","verb":"create","user":{"username":"{{actor}}"},"sourceIPs":["203.0.113.7"],"objectRef":{"resource":"pods","namespace":"payments","name":"shell","apiVersion":"v1","subresource":"exec"},"responseStatus":{"code":101},"requestReceivedTimestamp":"2026-11-21T00:00:00.000000Z","stageTimestamp":"2026-11-21T00:00:00.000000Z"}
        """;
}
