using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Reads <c>telemetry</c>: <c>otlp</c> with <c>endpoint</c>, <c>protocol</c> and <c>interval</c>.</summary>
internal static class TelemetrySection
{
    /// <summary>The settings of <c>telemetry.otlp</c>; null if there are none, or if they have errors, which are reported.</summary>
    public static OtlpSettings? Read(YamlMap root, Diagnostics diagnostics)
    {
        if (root.Map("telemetry") is not { } telemetry)
        {
            return null;
        }

        var otlp = telemetry.Map("otlp");
        telemetry.RejectUnknown();
        if (otlp is null)
        {
            telemetry.Missing("otlp");
            return null;
        }

        var endpoint = otlp.RequiredString("endpoint");
        var protocol = otlp.String("protocol") ?? "http";
        var interval = otlp.Duration("interval") ?? OtlpSettings.DefaultInterval;
        otlp.RejectUnknown();
        if (protocol is not ("http" or "grpc"))
        {
            diagnostics.Error(otlp.LocationOf("protocol"), $"'{protocol}' is not a protocol of OTLP: write http or grpc{Suggestion.For(protocol, ["http", "grpc"])}");
        }

        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
        {
            if (endpoint.Length > 0)
            {
                diagnostics.Error(otlp.LocationOf("endpoint"), $"'{endpoint}' is not where a collector listens: write http://HOST:4318/v1/metrics, or http://HOST:4317 for grpc");
            }

            return null;
        }

        return new OtlpSettings(address, protocol == "grpc", interval);
    }
}

/// <summary>The collector that metrics are pushed to, by the OpenTelemetry protocol. Immutable.</summary>
/// <param name="Endpoint">The URL of the collector; for HTTP with the path, usually <c>/v1/metrics</c>.</param>
/// <param name="IsGrpc">Whether to use gRPC; otherwise protobuf over HTTP.</param>
/// <param name="Interval">The time between two pushes.</param>
internal sealed record OtlpSettings(Uri Endpoint, bool IsGrpc, TimeSpan Interval)
{
    /// <summary>The default of <see cref="Interval"/>: one minute.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromMinutes(1);
}
