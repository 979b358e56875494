using System.Net;
using AuditWatch.Configuration;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Console;
using AuditWatch.Processing;
using AuditWatch.Sources.FileTail;
using AuditWatch.Sources.Kafka;
using AuditWatch.State;
using Route = AuditWatch.Notifications.Routing.Route;
using WebhookOptions = AuditWatch.Sources.Webhook.WebhookOptions;

namespace AuditWatch.Host.Run;

/// <summary>What the command line and the configuration file come to together. The command line wins.</summary>
/// <param name="Listen">Where the web server listens; port 0 for any that is free.</param>
/// <param name="Service">What the service is made of, but for its state and the webhook.</param>
/// <param name="State">Where what has to survive a restart is kept.</param>
/// <param name="Otlp">Where metrics are sent; null if they are only there to be fetched.</param>
/// <param name="Page">Where the page, the API and the metrics are; null for where the webhook is.</param>
/// <param name="Webhook">Whom the webhook listens to, and what it takes at most.</param>
/// <param name="Kafka">The topics of Kafka to read.</param>
internal sealed record ServiceSettings(IPEndPoint Listen, AuditWatchOptions Service, StateSettings State, OtlpSettings? Otlp, PageListener? Page, WebhookOptions Webhook, IReadOnlyList<KafkaOptions> Kafka)
{
    /// <summary>The configuration file; null for none.</summary>
    public ConfigurationInUse? Configuration { get; init; }

    /// <summary>Where probes are answered, besides where the webhook is; null for nowhere else.</summary>
    public IPEndPoint? Probes { get; init; }

    /// <summary>Where alerts are written that go to the console. Thread-safe.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>The machine's clock. Default: that of the system.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Whether the service is for other machines, as far as the settings say: then its own may have users and workloads that are to change nothing.</summary>
    public bool IsExposed =>
        Webhook.Tls is not null || Webhook.Authentication.IsRequired || !IPAddress.IsLoopback(Listen.Address) || (Page is not null && (Page.Tls is not null || Page.SignIn?.Provider is not null || !IPAddress.IsLoopback(Page.Listen.Address)));

    /// <summary>Puts the settings together.</summary>
    /// <param name="configFile">The configuration file; null for none.</param>
    /// <param name="logFile">A log to follow; null for none.</param>
    /// <param name="fromStart">Whether to read that log from its beginning.</param>
    /// <param name="listen">Where to listen; null if the command line does not say.</param>
    /// <param name="stateDirectory">Where to keep the state; null if the command line does not say.</param>
    /// <param name="output">Where alerts are written that go to the console. Thread-safe.</param>
    /// <param name="strict">Whether to refuse to start with detections that cannot be used, or without a receiver's secret.</param>
    /// <param name="recover">Whether to go on from what can be read of a damaged state.</param>
    /// <exception cref="UsageException">Some of it is wrong.</exception>
    public static ServiceSettings Load(string? configFile, string? logFile, bool fromStart, string? listen, string? stateDirectory, TextWriter output, bool strict = false, bool recover = false)
    {
        var inUse = configFile is null ? null : ConfigurationInUse.Of(configFile, strict);
        var configuration = configFile is null ? new ServiceConfiguration() : Read(configFile, output, strict);
        if (Directory.Exists(logFile))
        {
            throw new UsageException($"'{logFile}' is a folder: name the log in it, such as {Path.Combine(logFile, "audit.log")}");
        }

        var files = configuration.Files.Select(file => new FileTailOptions(file.Path) { Cluster = file.Cluster, FromStart = file.FromStart });
        var state = (stateDirectory is null ? configuration.State : configuration.State with { Directory = Path.GetFullPath(stateDirectory) }) with { Recovers = recover };
        if (recover && (state.Directory is null || state.ConnectionStringFile is not null))
        {
            throw new UsageException("'--recover' goes on from what can be read of auditwatch.db in the state directory, and the state is not in one: name it with --state, or leave the option out");
        }

        return new ServiceSettings(
            ListenAt(listen, configuration),
            new AuditWatchOptions
            {
                Detections = DetectionFolders.Resolve(configuration.Detections),
                Fallback = strict ? null : new DetectionFallback(state.Directory is { } directory ? Path.Combine(directory, "last-detections") : null, DetectionFolders.Resolve(null)),
                Files = logFile is null ? [.. files] : [.. files, new FileTailOptions(logFile) { FromStart = fromStart }],
                Lateness = configuration.Lateness,
                Routing = RoutingOf(configuration, output),
                ResolveAfter = configuration.ResolveAfter,
                Watch = configuration.Watch,
                Pod = OwnPod(configFile),
            },
            state,
            configuration.Otlp,
            configuration.Page,
            configuration.WebhookOptions,
            configuration.Kafka)
        {
            Configuration = inUse,
            Probes = configuration.Probes,
            Output = output,
        };
    }

    /// <summary>Who is told of which alerts; without receivers, whoever reads the console.</summary>
    public static AlertRouting RoutingOf(ServiceConfiguration configuration, TextWriter output)
    {
        const string console = "console";
        IReadOnlyList<Receiver> receivers = configuration.Receivers.Count > 0
            ? configuration.Receivers
            : [new Receiver(console, [new Integration(new ConsoleNotifier(console, output, IsColoured), SendResolved: false, IsForPeople: false)])];
        return new AlertRouting(configuration.Route ?? new Route { Receiver = console }, receivers)
        {
            Inhibitions = configuration.Inhibit,
            Silences = configuration.Silences,
            ExternalUrl = configuration.ExternalUrl,
            TimeZone = configuration.TimeZone,
        };
    }

    /// <summary>The kinds of notifiers that this executable has.</summary>
    /// <param name="output">Where the console's write.</param>
    public static NotifierKinds Kinds(TextWriter output) => new NotifierKinds().AddConsole(output, IsColoured).AddBuiltIn(TimeProvider.System);

    // As the chart says, by the downward API.
    private static OwnPod? OwnPod(string? configFile) =>
        Environment.GetEnvironmentVariable("AUDITWATCH_POD")?.Split('/') is [var space, var pod, var container] && Environment.ProcessPath is { } executable
            ? new OwnPod(space, pod, container, executable, configFile is null ? null : Path.GetFullPath(configFile)) : null;

    private static bool IsColoured => !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";

    private static ServiceConfiguration Read(string file, TextWriter output, bool strict)
    {
        var diagnostics = new Diagnostics();
        var configuration = ConfigurationFile.Load(file, Kinds(output), diagnostics, waitsForSecrets: !strict);
        if (configuration is null)
        {
            throw new UsageException(string.Join('\n', diagnostics));
        }

        foreach (var warning in diagnostics)
        {
            Console.Error.WriteLine(warning);
        }

        return configuration;
    }

    private static IPEndPoint ListenAt(string? given, ServiceConfiguration configuration)
    {
        if (given is null && configuration.Webhook is { } configured)
        {
            return configured;
        }

        if (!ListenAddress.TryParse(given ?? ListenAddress.Default, out var address))
        {
            throw new UsageException($"'{given}' is not an address to listen on: write IP:PORT, such as {ListenAddress.Default} or [::1]:9880");
        }

        return ListenAddress.Objection(address, given ?? ListenAddress.Default, configuration.WebhookOptions, configuration.Insecure) is { } objection
            ? throw new UsageException(objection)
            : address;
    }
}
