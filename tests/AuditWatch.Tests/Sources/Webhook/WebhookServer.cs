using System.Collections.Concurrent;
using System.Net;
using System.Text;
using AuditWatch.Events;
using AuditWatch.Sources.Webhook;
using AuditWatch.Sources.Webhook.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Tests.Sources.Webhook;

/// <summary>The webhook behind a real Kestrel on loopback, and a stand-in for the pipeline that takes its batches.</summary>
internal sealed class WebhookServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IDisposable _subscription;

    private WebhookServer(WebApplication app, WebhookSource source, Action<EventBatch> pipeline)
    {
        _app = app;
        Source = source;
        _subscription = source.Batches.Subscribe(Take, () => Ended.SetResult());
        Address = new Uri(app.Urls.First());
        Http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };

        void Take(EventBatch batch)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                Events.Enqueue(Encoding.UTF8.GetString(batch[i].Json));
            }

            Clusters.Enqueue(batch.Origin.Cluster);
            Rejected += batch.RejectedCount;
            pipeline(batch);
        }
    }

    public WebhookSource Source { get; }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public required WebhookAccess Access { get; init; }

    public VirtualTime Time { get; private init; } = new();

    public RecordingLogger<WebhookSource> Log { get; private init; } = new();

    /// <summary>What the web server itself says.</summary>
    public RecordingLogger<WebApplication> Said { get; private init; } = new();

    public ConcurrentQueue<string> Events { get; } = new();

    public ConcurrentQueue<string> Clusters { get; } = new();

    public long Rejected { get; private set; }

    public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<WebhookServer> StartAsync(WebhookOptions? options = null, Action<EventBatch>? pipeline = null)
    {
        options ??= new WebhookOptions();
        var (time, log, source) = (new VirtualTime(), new RecordingLogger<WebhookSource>(), new WebhookSource(options));
        var access = new WebhookAccess(options.Tls, options.Authentication, log, time: time);
        var builder = WebApplication.CreateSlimBuilder();
        var said = new RecordingLogger<WebApplication>();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning).AddProvider(new OneLog(said));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limit(options);
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.ShareConnections(options, source, time, log);
                listen.UseTls(access);
            });
        });
        var app = builder.Build();
        app.NoteRequests();
        app.MapWebhook(source, access, time, log);
        await app.StartAsync();
        return new WebhookServer(app, source, pipeline ?? Acknowledge) { Time = time, Log = log, Said = said, Access = access };
    }

    /// <summary>What the pipeline does with a batch whose outcome is safe.</summary>
    public static void Acknowledge(EventBatch batch)
    {
        batch.Acknowledge();
        batch.Dispose();
    }

    public async Task<(HttpStatusCode Status, string Text)> PostAsync(string body, string path = "/webhook")
    {
        using var answer = await Http.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Stops as the host does: no new connections, what is under way is finished.</summary>
    public async Task StopAsync()
    {
        Source.Stop();
        await _app.StopAsync();
    }

    /// <summary>The pipeline leaves.</summary>
    public void Unsubscribe() => _subscription.Dispose();

    public async ValueTask DisposeAsync()
    {
        _subscription.Dispose();
        Http.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class OneLog(ILogger log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => log;

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
