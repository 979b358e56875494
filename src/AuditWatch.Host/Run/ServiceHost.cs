using System.Diagnostics.Metrics;
using System.Text.Json;
using AuditWatch.Access;
using AuditWatch.Host.Api;
using AuditWatch.Host.Api.Description;
using AuditWatch.Host.Http;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Rendering;
using AuditWatch.Processing;
using AuditWatch.Sources;
using AuditWatch.Sources.Kafka;
using AuditWatch.Sources.Webhook;
using AuditWatch.Sources.Webhook.Access;
using AuditWatch.State;
using AuditWatch.Telemetry;
using AuditWatch.Web.Access;
using AuditWatch.Web.Routes;
using OpenTelemetry.Metrics;

namespace AuditWatch.Host.Run;

/// <summary>Puts the service and its web server together, and runs them until they are asked to end.</summary>
internal static class ServiceHost
{
    // Who takes their time with a request is not to hold up a standby.
    private static readonly TimeSpan HandoverLimit = TimeSpan.FromSeconds(7);

    /// <summary>Runs the service.</summary>
    /// <returns>The process's exit code.</returns>
    /// <exception cref="UsageException">There are no usable detections, the state cannot be opened, or the address cannot be listened on.</exception>
    public static async Task<int> RunAsync(ServiceSettings settings, CancellationToken cancellation)
    {
        IStateStore? state = null;
        await using var app = Build(settings, () => state!);
        using var metrics = settings.Otlp is { } collector ? OtlpMetrics.Send(collector, app.Services.GetRequiredService<IMeterFactory>()) : null;
        await using var reloads = new PeriodicTask("webhook-access", WebhookAccess.Interval, () => Check(app.Services), TimeProvider.System, app.Logger, ServiceMetrics.Of(app.Services.GetRequiredService<IMeterFactory>()));
        await using var memory = new PeriodicTask("native-heap", NativeHeap.Interval, NativeHeap.GiveBack, TimeProvider.System, app.Logger, ServiceMetrics.Of(app.Services.GetRequiredService<IMeterFactory>()));
        state = await OpenStateAsync(settings, app.Services, cancellation);
        if (state is null)
        {
            return ExitCode.Fine;
        }

        var service = Start(app.Services);
        LiveConfiguration? configuration = null;
        Map(app, settings, service, () => configuration);
        await WebServer.StartAsync(app, settings, cancellation);
        await using var live = configuration = settings.Configuration is not { } inUse ? null
            : new LiveConfiguration(inUse, service, settings.Output, app.Services.GetRequiredService<ILogger<LiveConfiguration>>(), app.Services.GetRequiredService<IMeterFactory>());
        app.Logger.LogInformation("Running {Detections}; the audit webhook is {Address}/webhook", Counted.Of(service.Detections.LastReload.Rules, "detection"), app.Urls.First());
        if (settings.Page is not null)
        {
            app.Logger.LogInformation("The page, the API and the metrics are at {Address}/, and not where the webhook is", app.Urls.ElementAt(1));
        }

        if (!settings.State.IsDurable)
        {
            app.Logger.LogWarning("Nothing survives a restart: alerts, silences and notifications that wait are in memory only. To keep them, name a directory with --state, or a directory or database under 'state' in the configuration");
        }

        await app.WaitForShutdownAsync(cancellation);
        return Environment.ExitCode;
    }

    private static WebApplication Build(ServiceSettings settings, Func<IStateStore> state)
    {
        var builder = WebServer.CreateBuilder(settings);
        builder.Services.AddSingleton<TimeProvider>(new SteadyTimeProvider(settings.Clock)); // One for all: what they note of the same moment is compared.
        builder.Services.AddPage(settings.Page?.SignIn, settings.State.Directory);
        builder.Services.AddApiDescription();
        if (settings.State.ConnectionStringFile is not null)
        {
            builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = HandoverLimit);
        }

        builder.Services.AddSingleton(provider => PrometheusMetrics.Collect(provider.GetRequiredService<IMeterFactory>()));
        builder.Services.AddSingleton(provider => OpenAccess("webhook", settings.Webhook.Tls, settings.Webhook.Authentication, provider));
        if (settings.Page is { } page)
        {
            // Nobody posts there: of it all, only the certificate is used.
            builder.Services.AddKeyedSingleton(Listener.Page, (provider, _) => OpenAccess("page", page.Tls, new AuthenticationOptions(), provider));
        }

        builder.Services.AddSingleton(provider =>
        {
            var meters = provider.GetRequiredService<IMeterFactory>();
            return new WebhookSource(settings.Webhook, OpenRejectedInputFile(settings, provider, meters), meters);
        });
        builder.Services.AddSingleton(_ => state());
        builder.Services.AddSingleton(provider => new AuditWatchService(
            settings.Service with { State = provider.GetRequiredService<IStateStore>(), Sources = [provider.GetRequiredService<WebhookSource>(), .. settings.Kafka.Select(kafka => Read(kafka, provider))] },
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<IMeterFactory>()));
        builder.Services.AddSingleton(provider => new ApiTokens(provider.GetRequiredService<IStateStore>(), provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(provider => new Callers(provider.GetRequiredService<ApiTokens>(), settings.IsExposed));
        builder.Services.AddHostedService<HostedService>();

        var app = builder.Build();
        app.Services.GetRequiredService<MeterProvider>(); // Before anything is counted.
        return app;
    }

    private static KafkaSource Read(KafkaOptions kafka, IServiceProvider provider) => new(
        kafka, new StageState(provider.GetRequiredService<IStateStore>()).CheckpointOf, provider.GetRequiredService<WebhookSource>().RejectedInput,
        provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<KafkaSource>>(), ServiceMetrics.Of(provider.GetRequiredService<IMeterFactory>()));

    private static void Map(WebApplication app, ServiceSettings settings, AuditWatchService service, Func<LiveConfiguration?> configuration)
    {
        var (webhook, time) = (app.Services.GetRequiredService<WebhookSource>(), app.Services.GetRequiredService<TimeProvider>());
        app.Lifetime.ApplicationStopping.Register(webhook.Stop);
        service.Failures.Note = failure => webhook.RejectedInput?.Write(
            failure.Cluster, $"lost in the stage {failure.Stage}: {failure.Problem}", failure.Detections, failure.Request.AuditId, failure.Length, failure.Sha256);
        app.NoteRequests();
        service.UnusableElsewhere = () => Unusable(app.Services, service, configuration());
        app.Use(next => http => Listener.CheckAsync(http, next));
        var signIn = settings.Page?.SignIn;
        if (signIn?.Proxy is { } proxy)
        {
            app.UseWhen(http => Listener.Of(http).IsForPeople, page => ProxiedRequests.Use(page, proxy, signIn));
        }

        var trail = new ActionTrail(settings.State.Directory, time, app.Services.GetRequiredService<ILogger<ActionTrail>>());
        app.Use(next => http => trail.FollowAsync(http, next));
        if (signIn?.Provider is not null)
        {
            OpenIdSignIn.Use(app, http => Listener.Of(http).IsForPeople, signIn);
        }

        app.MapWebhook(webhook, app.Services.GetRequiredService<WebhookAccess>(), time, app.Services.GetRequiredService<ILogger<WebhookSource>>());
        app.MapHealth(service, app.Services.GetRequiredService<MeterProvider>(), app.Services.GetRequiredService<Callers>());
        app.MapPage(service, signIn, time);
        app.MapApi(service, app.Services.GetRequiredService<ApiTokens>(), app.Services.GetRequiredService<Callers>(), time);
    }

    // A bit that has flipped within a record is nothing that the database knows of.
    private static AuditWatchService Start(IServiceProvider services)
    {
        try
        {
            return services.GetRequiredService<AuditWatchService>();
        }
        catch (Exception problem) when (problem is JsonException or FormatException or InvalidCastException or KeyNotFoundException or ArgumentException)
        {
            throw new UsageException(
                $"the state cannot be read: a record in it is damaged ({problem.Message}). Start once with 'auditwatch run --recover', which keeps what can be read and says what is lost, or put a backup in its place");
        }
    }

    private static RejectedInputFile? OpenRejectedInputFile(ServiceSettings settings, IServiceProvider services, IMeterFactory meters)
    {
        var options = settings.Webhook.RejectedInput ?? (settings.State.Directory is { } state ? new RejectedInputOptions(Path.Combine(state, "rejected-events.jsonl")) : null);
        return options is null ? null : new RejectedInputFile(options, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<RejectedInputFile>>(), meters);
    }

    private static IEnumerable<UnusableFiles> Unusable(IServiceProvider services, AuditWatchService service, LiveConfiguration? configuration) =>
    [
        .. configuration?.Problem is { } problem ? [new UnusableFiles("configuration", problem)] : Array.Empty<UnusableFiles>(),
        .. services.GetRequiredService<WebhookAccess>().Problems.Select(one => new UnusableFiles($"{one.What} of the webhook", one.Problem)),
        .. services.GetKeyedService<WebhookAccess>(Listener.Page)?.Problems.Select(one => new UnusableFiles($"{one.What} of the page", one.Problem)) ?? [],
        .. service.Routing.Receivers.SelectMany(receiver => receiver.Integrations).Select(way => way.Notifier).OfType<WaitingNotifier>()
            .Where(way => way.Problem is not null).Select(way => new UnusableFiles($"settings of '{way.Name}'", way.Problem!)),
    ];

    private static void Check(IServiceProvider services)
    {
        services.GetRequiredService<WebhookAccess>().Check();
        services.GetKeyedService<WebhookAccess>(Listener.Page)?.Check();
    }

    private static WebhookAccess OpenAccess(string whose, TlsOptions? tls, AuthenticationOptions authentication, IServiceProvider services)
    {
        try
        {
            return new WebhookAccess(tls, authentication, services.GetRequiredService<ILogger<WebhookAccess>>(), services.GetRequiredService<IMeterFactory>());
        }
        catch (Exception problem) when (problem is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the {whose}'s certificates or tokens have become unusable: {problem.Message}");
        }
    }

    // While another process is active it stands by. Null if it was asked to end before its turn came.
    private static async Task<IStateStore?> OpenStateAsync(ServiceSettings settings, IServiceProvider services, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var (logger, meters, why) = (services.GetRequiredService<ILogger<IStateStore>>(), services.GetRequiredService<IMeterFactory>(), "");
        ServiceMetrics.Of(meters).State.Active.Add(0);
        try
        {
            var opening = StateStore.OpenAsync(settings.State, services.GetRequiredService<TimeProvider>(), logger, StandBy, meters, ending.Token);
            if (!opening.IsCompleted)
            {
                await Standby.AnswerUntilAsync(settings, services, () => why, opening, ending);
                await opening;
                logger.LogInformation("Taking over");
            }

            return await opening;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return null;
        }
        catch (IOException problem)
        {
            throw new UsageException(problem.Message);
        }

        void StandBy(string active)
        {
            if (why.Length > 0)
            {
                logger.LogInformation("Standing by, {Why}", active);
            }

            why = active;
        }
    }
}
