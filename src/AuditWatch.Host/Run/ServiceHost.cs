using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Host.Api;
using AuditWatch.Host.Commands;
using AuditWatch.Host.Http;
using AuditWatch.Host.Output;
using AuditWatch.Monitoring;
using AuditWatch.Notifications.Delivery;
using AuditWatch.Processing;
using AuditWatch.Sources;
using AuditWatch.Sources.FileTail;
using AuditWatch.Sources.Webhook;
using AuditWatch.Sources.Webhook.Access;
using AuditWatch.State;

namespace AuditWatch.Host.Run;

/// <summary>Puts the service together and runs it until it is asked to end.</summary>
internal static class ServiceHost
{
    /// <summary>Runs the service.</summary>
    /// <returns>The process's exit code.</returns>
    /// <exception cref="UsageException">There are no usable detections, or the address cannot be listened on.</exception>
    public static async Task<int> RunAsync(ServiceSettings settings, CancellationToken cancellation)
    {
        var detections = DetectionFolders.Load([.. settings.Detections]);
        await using var app = Build(settings, detections);
        using var metrics = settings.Otlp is { } collector ? OtlpMetrics.Send(collector) : null;
        app.Services.GetRequiredService<IStateStore>();
        await StartAsync(app, settings, cancellation);
        _ = app.Services.GetRequiredService<ClusterEvidence>().Prepare(detections);
        app.Services.GetRequiredService<LiveDetections>().Start();
        app.Services.GetRequiredService<WebhookAccess>().Start();
        app.Logger.LogInformation("Running {Detections} detections; the audit webhook is {Address}/webhook", detections.Rules.Count, app.Urls.First());
        if (!settings.State.IsDurable)
        {
            app.Logger.LogWarning("Nothing survives a restart: alerts, silences and notifications that wait are in memory only. To keep them, name a directory with --state, or a directory or database under 'state' in the configuration");
        }

        await app.WaitForShutdownAsync(cancellation);
        return Environment.ExitCode;
    }

    private static WebApplication Build(ServiceSettings settings, DetectionSet detections)
    {
        // Nothing but the command line and the configuration file has a say: no environment variables, no appsettings.json.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "AuditWatch" });
        // An address that cannot be listened on is reported in a sentence, once; the host would add the stack.
        builder.Logging.AddStandardError(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limit(settings.Webhook);
            kestrel.Listen(settings.Listen, listen => listen.UseTls(kestrel.ApplicationServices.GetRequiredService<WebhookAccess>()));
            if (settings.State.Directory is { } directory)
            {
                kestrel.ListenUnixSocket(ApiSocket.PathIn(directory));
            }
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<MetricsCollector>();
        AddStages(builder.Services, settings, detections);

        var app = builder.Build();
        var webhook = app.Services.GetRequiredService<WebhookSource>();
        app.Lifetime.ApplicationStopping.Register(webhook.Stop);
        app.MapWebhook(webhook, app.Services.GetRequiredService<WebhookAccess>(), TimeProvider.System, app.Services.GetRequiredService<ILogger<WebhookSource>>());
        app.MapHealth(app.Services);
        app.MapApi(app.Services.GetRequiredService<AlertStage>(), app.Services.GetRequiredService<Outbox>(), TimeProvider.System);
        return app;
    }

    private static void AddStages(IServiceCollection services, ServiceSettings settings, DetectionSet detections)
    {
        services.AddSingleton(provider => OpenAccess(settings.Webhook, provider.GetRequiredService<ILogger<WebhookAccess>>()));
        services.AddSingleton(provider => new WebhookSource(settings.Webhook, OpenDeadLetters(settings, provider.GetRequiredService<ILogger<DeadLetterFile>>())));
        services.AddSingleton<IAuditSource>(provider => provider.GetRequiredService<WebhookSource>());
        foreach (var file in settings.Files)
        {
            services.AddSingleton<IAuditSource>(provider => new FileTailSource(
                file, provider.GetRequiredService<StageMemory>().CheckpointOf, TimeProvider.System, provider.GetRequiredService<ILogger<FileTailSource>>()));
        }

        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<LiveDetections>(provider, DetectionFolders.Resolve([.. settings.Detections]), detections, settings.Lateness));
        services.AddSingleton(provider => OpenState(settings.State, provider.GetRequiredService<ILogger<IStateStore>>()));
        services.AddSingleton<StageMemory>();
        services.AddSingleton(provider => new Outbox(
            provider.GetRequiredService<IStateStore>(), settings.Routing.Receivers.SelectMany(receiver => receiver.Integrations), TimeProvider.System));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Dispatcher>(provider, settings.Routing.Receivers));
        services.AddSingleton(provider => new AlertStage(
            AlertBook.OnWallClock(TimeProvider.System, settings.ResolveAfter), settings.Routing, provider.GetRequiredService<Outbox>(), provider.GetRequiredService<IStateStore>(), TimeProvider.System));
        services.AddSingleton(new SourceWatch(settings.Watch, TimeProvider.System));
        services.AddSingleton<ClusterEvidence>();
        services.AddSingleton(provider => new AuditPipeline(
            provider.GetRequiredService<LiveDetections>().Current,
            Conclusion(
                provider.GetRequiredService<StageMemory>(), provider.GetRequiredService<SourceWatch>(), provider.GetRequiredService<ClusterEvidence>(),
                provider.GetRequiredService<LiveDetections>(), provider.GetRequiredService<AlertStage>()),
            provider.GetRequiredService<ILogger<AuditPipeline>>()));
        services.AddSingleton<AuditService>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditService>());
    }

    private static DeadLetterFile? OpenDeadLetters(ServiceSettings settings, ILogger<DeadLetterFile> logger)
    {
        var options = settings.Webhook.DeadLetters ?? (settings.State.Directory is { } state ? new DeadLetterOptions(Path.Combine(state, "rejected-events.jsonl")) : null);
        return options is null ? null : new DeadLetterFile(options, TimeProvider.System, logger);
    }

    private static WebhookAccess OpenAccess(WebhookOptions webhook, ILogger<WebhookAccess> logger)
    {
        try
        {
            return new WebhookAccess(webhook.Tls, webhook.Authentication, TimeProvider.System, logger);
        }
        catch (Exception problem) when (problem is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the webhook's certificates or tokens have become unusable: {problem.Message}");
        }
    }

    private static IStateStore OpenState(StateSettings settings, ILogger<IStateStore> logger)
    {
        try
        {
            return StateStore.Open(settings, TimeProvider.System, logger);
        }
        catch (IOException problem)
        {
            throw new UsageException(problem.Message);
        }
    }

    private static Func<Processing.BatchOutcome, AlertsChanged> Conclusion(
        StageMemory memory, SourceWatch watch, ClusterEvidence evidence, LiveDetections detections, AlertStage alerts) => outcome =>
    {
        var changes = new StateChanges();
        memory.Record(outcome, changes);
        _ = alerts.ReportAsync(watch.See(outcome.Batch, changes));
        evidence.See(outcome.Batch, detections.Running);
        return alerts.Take(outcome, changes);
    };

    private static async Task StartAsync(WebApplication app, ServiceSettings settings, CancellationToken cancellation)
    {
        if (settings.State.Directory is { } directory)
        {
            ApiSocket.Prepare(directory);
        }

        try
        {
            await app.StartAsync(cancellation);
        }
        catch (IOException problem)
        {
            throw new UsageException($"cannot listen on {settings.Listen}: {problem.InnerException?.Message ?? problem.Message}");
        }

        if (settings.State.Directory is { } opened)
        {
            ApiSocket.Protect(opened);
        }
    }
}
