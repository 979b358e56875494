using System.Net;
using AuditWatch.Configuration;
using AuditWatch.Monitoring;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Alertmanager;
using AuditWatch.Notifications.Console;
using AuditWatch.Notifications.Email;
using AuditWatch.Notifications.JsonLines;
using AuditWatch.Notifications.Slack;
using AuditWatch.Notifications.Webhook;
using AuditWatch.Processing;
using AuditWatch.Sources.FileTail;
using AuditWatch.State;
using Route = AuditWatch.Notifications.Routing.Route;
using WebhookOptions = AuditWatch.Sources.Webhook.WebhookOptions;

namespace AuditWatch.Host.Run;

/// <summary>What the command line and the configuration file come to together. The command line wins.</summary>
/// <param name="Listen">Where the web server listens; port 0 for any that is free.</param>
/// <param name="Files">The logs to follow.</param>
/// <param name="Detections">Folders of detections; none for the shipped ones.</param>
/// <param name="Lateness">How far behind others an event may arrive and still be added up by correlations.</param>
/// <param name="Routing">Who is told of which alerts.</param>
/// <param name="ResolveAfter">How long an alert must be quiet to be over; null for as long as its detection's dedup window.</param>
/// <param name="State">Where what has to survive a restart is kept.</param>
/// <param name="Watch">After which time silence and lateness of sources are worth an alert.</param>
/// <param name="Otlp">Where metrics are sent; null if they are only there to be fetched.</param>
/// <param name="Webhook">Whom the webhook listens to, and what it takes at most.</param>
internal sealed record ServiceSettings(
    IPEndPoint Listen, IReadOnlyList<FileTailOptions> Files, IReadOnlyList<string> Detections, TimeSpan Lateness, AlertRouting Routing,
    TimeSpan? ResolveAfter, StateSettings State, WatchSettings Watch, OtlpSettings? Otlp, WebhookOptions Webhook)
{
    /// <summary>Where the web server listens unless something else is said.</summary>
    public const string DefaultListen = "127.0.0.1:9880";

    /// <summary>Puts the settings together.</summary>
    /// <param name="configFile">The configuration file; null for none.</param>
    /// <param name="logFile">A log to follow; null for none.</param>
    /// <param name="fromStart">Whether to read that log from its beginning.</param>
    /// <param name="listen">Where to listen; null if the command line does not say.</param>
    /// <param name="stateDirectory">Where to keep the state; null if the command line does not say.</param>
    /// <exception cref="UsageException">Some of it is wrong.</exception>
    public static ServiceSettings Load(string? configFile, string? logFile, bool fromStart, string? listen, string? stateDirectory)
    {
        var console = new ConsoleNotifier("console", Output, IsColoured);
        var configuration = configFile is null ? new ServiceConfiguration() : Read(configFile);
        if (Directory.Exists(logFile))
        {
            throw new UsageException($"'{logFile}' is a folder: name the log in it, such as {Path.Combine(logFile, "audit.log")}");
        }

        IReadOnlyList<Receiver> receivers = configuration.Receivers.Count > 0
            ? configuration.Receivers
            : [new Receiver("console", [new Integration(console, SendResolved: false, IsForPeople: false)])];
        var files = configuration.Files.Select(file => new FileTailOptions(file.Path) { Cluster = file.Cluster, FromStart = file.FromStart });
        return new ServiceSettings(
            ListenAt(listen, configuration),
            logFile is null ? [.. files] : [.. files, new FileTailOptions(logFile) { FromStart = fromStart }],
            configuration.Detections,
            configuration.Lateness,
            new AlertRouting(configuration.Route ?? new Route { Receiver = "console" }, receivers)
            {
                Inhibitions = configuration.Inhibit,
                Silences = configuration.Silences,
                ExternalUrl = configuration.ExternalUrl,
            },
            configuration.ResolveAfter,
            stateDirectory is null ? configuration.State : configuration.State with { Directory = Path.GetFullPath(stateDirectory) },
            configuration.Watch,
            configuration.Otlp,
            configuration.WebhookOptions);
    }

    /// <summary>The kinds of notifiers that this executable has.</summary>
    public static NotifierKinds Kinds()
    {
        var time = TimeProvider.System;
        return new NotifierKinds().AddConsole(Output, IsColoured).AddSlack(time).AddEmail(time).AddWebhook(time).AddAlertmanager(time).AddJsonLines();
    }

    private static readonly TextWriter Output = StandardOutput.Open();

    private static bool IsColoured => !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";

    private static ServiceConfiguration Read(string file)
    {
        var diagnostics = new Diagnostics();
        var configuration = ConfigurationFile.Load(file, Kinds(), diagnostics);
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

        if (!ListenAddress.TryParse(given ?? DefaultListen, out var address))
        {
            throw new UsageException($"'{given}' is not an address to listen on: write IP:PORT, such as {DefaultListen} or [::1]:9880");
        }

        return ListenAddress.Objection(address, given ?? DefaultListen, configuration.WebhookOptions, configuration.Insecure) is { } objection
            ? throw new UsageException(objection)
            : address;
    }
}
