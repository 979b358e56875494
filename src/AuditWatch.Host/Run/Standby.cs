using AuditWatch.Detection;
using AuditWatch.Host.Api;
using AuditWatch.Host.Http;
using AuditWatch.Sources.Webhook;
using AuditWatch.Sources.Webhook.Access;
using AuditWatch.State;
using AuditWatch.Web.Access;
using OpenTelemetry.Metrics;

namespace AuditWatch.Host.Run;

/// <summary>
/// What a process does while another owns the state: it answers that it lives (<c>/healthz</c>) and is not ready (<c>/readyz</c>), counts (<c>/metrics</c>), and refuses everything else with 503. It has nothing of the
/// service, whose state is the other's. Who the other is, is for those who may see more than that: the tokens of others are in the state.
/// </summary>
internal static class Standby
{
    private static readonly WebhookAnswer Refusal = new(StatusCodes.Status503ServiceUnavailable, "This AuditWatch stands by while another one is active, and takes no events. Send them again.");

    /// <summary>Answers until the state is open, or the process is asked to end.</summary>
    /// <param name="settings">Where, and which detections there are.</param>
    /// <param name="services">Those of the service to come, as far as they need no state.</param>
    /// <param name="why">Who is active, for a person.</param>
    /// <param name="opening">Completes when the state is open.</param>
    /// <param name="ending">Is cancelled if the process is asked to end.</param>
    /// <exception cref="UsageException">An address cannot be listened on.</exception>
    public static async Task AnswerUntilAsync(ServiceSettings settings, IServiceProvider services, Func<string> why, Task<IStateStore> opening, CancellationTokenSource ending)
    {
        await using var app = WebServer.CreateBuilder(settings, services).Build();
        app.Lifetime.ApplicationStopping.Register(ending.Cancel);
        app.NoteRequests();
        app.Use(next => http => Listener.CheckAsync(http, next));
        app.MapGet("/healthz", () => Results.Text("ok\n"));
        app.MapGet("/readyz", (HttpContext http) => Results.Json(MaySee(http) ? new { ready = false, standby = why() } : new { ready = false }, statusCode: StatusCodes.Status503ServiceUnavailable));
        app.MapMetrics(services.GetRequiredService<MeterProvider>(), MaySee);
        app.Map("/webhook/{**rest}", (HttpContext http) => Refusal.WriteAsync(http.Response));
        app.Map("{**rest}", (HttpContext http) =>
        {
            http.Response.Headers.RetryAfter = "2";
            return Problem.Result(StatusCodes.Status503ServiceUnavailable, $"this service stands by: {(MaySee(http) ? why() : "another one is active")}");
        });
        await WebServer.StartAsync(app, settings, ending.Token);
        app.Logger.LogInformation("Standing by, {Why}: {Address}/webhook answers 503 until this one takes over", why(), app.Urls.First());
        Load(settings, app.Logger);
        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static bool MaySee(HttpContext http) => Listener.Of(http) != Listener.Probes && (Listener.Of(http).IsForPeople || Callers.IsOnMachine(http));

    // What is read, compiled and found wrong now neither takes time nor surprises anybody at the takeover.
    private static void Load(ServiceSettings settings, ILogger logger)
    {
        var diagnostics = new Diagnostics();
        DetectionLoader.Load(settings.Service.Detections, diagnostics);
        if (diagnostics.HasErrors)
        {
            logger.LogError("The detections cannot be used: {Errors}", string.Join(" ", diagnostics.Where(said => said.Severity == DiagnosticSeverity.Error).Take(3)));
        }
    }
}
