using System.Diagnostics.Metrics;
using AuditWatch.Configuration;
using AuditWatch.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace AuditWatch.Host.Http;

/// <summary>Sends the metrics of the meter <c>AuditWatch</c>, and the runtime's, to a collector of OpenTelemetry.</summary>
internal static class OtlpMetrics
{
    /// <summary>Begins to send; ends when the result is disposed of, after what there is has been sent.</summary>
    /// <param name="settings">Where to.</param>
    /// <param name="meters">Whose instruments: see <see cref="PrometheusMetrics.Collect"/>.</param>
    public static MeterProvider Send(OtlpSettings settings, IMeterFactory meters) => Sdk.CreateMeterProviderBuilder()
        .ConfigureResource(resource => resource.AddService("auditwatch"))
        .AddMeter(ServiceMetrics.MeterName, "System.Runtime")
        .AddView(instrument => instrument.Meter.Name == ServiceMetrics.MeterName && instrument.Meter.Scope != meters ? MetricStreamConfiguration.Drop : null)
        .AddOtlpExporter((exporter, reader) =>
        {
            exporter.Endpoint = settings.Endpoint;
            exporter.Protocol = settings.IsGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
            reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)settings.Interval.TotalMilliseconds;
        })
        .Build();
}
