using AuditWatch.Host.Api;
using AuditWatch.Host.Http;
using AuditWatch.Host.Output;
using AuditWatch.Sources.Webhook;
using AuditWatch.Sources.Webhook.Access;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AuditWatch.Host.Run;

/// <summary>The web server on all addresses of the service: the same while a process stands by and once it is active.</summary>
internal static class WebServer
{
    /// <summary>The beginning of a web application that listens as settings say.</summary>
    /// <param name="settings">Where, with which certificates, and for how many.</param>
    /// <param name="shared">Has the certificates, and the webhook whose connections are counted. Default: the application itself.</param>
    public static WebApplicationBuilder CreateBuilder(ServiceSettings settings, IServiceProvider? shared = null)
    {
        // Nothing but the command line and the configuration file has a say: no environment variables, no appsettings.json.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "AuditWatch" });
        // An address that cannot be listened on is reported in a sentence, once; the host would add the stack.
        builder.Logging.AddStandardError(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical)
            .AddFilter("Microsoft.AspNetCore.Server.Kestrel.Connections", LogLevel.Error) // Which any stranger could fill the log with,
            .AddFilter("Microsoft.AspNetCore.Authentication", LogLevel.None) // and with this.
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listen(kestrel, settings, shared ?? kestrel.ApplicationServices));
        builder.Services.AddRoutingCore();
        return builder;
    }

    /// <summary>Begins to listen.</summary>
    /// <exception cref="UsageException">An address cannot be listened on.</exception>
    public static async Task StartAsync(WebApplication app, ServiceSettings settings, CancellationToken cancellation)
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
            var address = new[] { settings.Page?.Listen, settings.Probes }.FirstOrDefault(one => one is not null && problem.Message.Contains($"//{one}:", StringComparison.Ordinal)) ?? settings.Listen;
            throw new UsageException($"cannot listen on {address}: {problem.InnerException?.Message ?? problem.Message}");
        }

        if (settings.State.Directory is { } opened)
        {
            ApiSocket.Protect(opened);
        }
    }

    private static void Listen(KestrelServerOptions kestrel, ServiceSettings settings, IServiceProvider services)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limit(settings.Webhook);
        kestrel.Listen(settings.Listen, listen =>
        {
            if (settings.Page is not null)
            {
                Listener.Webhook.On(listen);
            }

            ShareConnections(listen, settings, services);
            listen.UseTls(services.GetRequiredService<WebhookAccess>());
        });
        if (settings.Page is { } page)
        {
            kestrel.Listen(page.Listen, listen =>
            {
                Listener.Page.On(listen);
                ShareConnections(listen, settings, services);
                listen.UseTls(services.GetRequiredKeyedService<WebhookAccess>(Listener.Page));
            });
        }

        if (settings.Probes is { } probes)
        {
            kestrel.Listen(probes, listen =>
            {
                Listener.Probes.On(listen);
                ShareConnections(listen, settings, services);
            });
        }

        if (settings.State.Directory is { } directory)
        {
            kestrel.ListenUnixSocket(ApiSocket.PathIn(directory));
        }
    }

    private static void ShareConnections(ListenOptions listen, ServiceSettings settings, IServiceProvider services) => listen.ShareConnections(
        settings.Webhook, services.GetRequiredService<WebhookSource>(), TimeProvider.System, services.GetRequiredService<ILogger<WebhookAccess>>());
}
