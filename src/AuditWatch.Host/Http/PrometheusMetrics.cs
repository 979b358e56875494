using System.Diagnostics.Metrics;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Configuration;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace AuditWatch.Host.Http;

/// <summary><c>/metrics</c>: what the instruments of the service and its process report, in the text format of Prometheus, by OpenTelemetry's exporter.</summary>
internal static class PrometheusMetrics
{
    // Every detection is a series of its own: so many are told apart, and what there is beyond is counted as one.
    private const int MostSeries = 10_000;

    private static readonly double[] LagSeconds = [1, 10, 60, 300, 1800];

    /// <summary>Adds up from now on, until the result is disposed of.</summary>
    /// <param name="meters">Whose instruments, beside the process's own: those of other services in the process, and of what no service does, are left out.</param>
    public static MeterProvider Collect(IMeterFactory meters) => Sdk.CreateMeterProviderBuilder()
        // Nothing but the command line and our own configuration has a say: OpenTelemetry would listen to environment variables, one of which ends it.
        .ConfigureServices(services => services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build()))
        .AddMeter(ServiceMetrics.MeterName, ProcessMetrics.Meter.Name)
        .AddView(instrument => instrument.Name switch
        {
            _ when instrument.Meter.Scope != meters && instrument.Meter != ProcessMetrics.Meter => MetricStreamConfiguration.Drop,
            "auditwatch.lag" => new ExplicitBucketHistogramConfiguration { Boundaries = LagSeconds, RecordMinMax = false },
            "auditwatch.findings" or "auditwatch.alerts.opened" => new MetricStreamConfiguration { CardinalityLimit = MostSeries },
            _ => null,
        })
        .AddPrometheusExporter(exporter =>
        {
            exporter.ScopeInfoEnabled = false;
            exporter.TargetInfoEnabled = false;
            exporter.ScrapeResponseCacheDurationMilliseconds = 0;
        })
        .Build();

    /// <summary>Answers <c>GET /metrics</c>; always in the text format, since OpenMetrics has a second series for each counter that nobody needs.</summary>
    /// <param name="endpoints">The service's routes.</param>
    /// <param name="metrics">What has been collected.</param>
    /// <param name="maySee">Whether who asks may know.</param>
    public static void MapMetrics(this IEndpointRouteBuilder endpoints, MeterProvider metrics, Func<HttpContext, bool> maySee) =>
        endpoints.MapPrometheusScrapingEndpoint("/metrics", metrics, branch => branch.Use((http, next) =>
        {
            if (!maySee(http))
            {
                http.Response.Headers.WWWAuthenticate = "Bearer";
                return Results.Text("the metrics take a token ('auditwatch token create --role viewer'), the machine itself, or the address of 'page: {listen: …}'\n", statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(http);
            }

            http.Request.Headers.Accept = "text/plain";
            return next(http);
        }), optionsName: null);
}
