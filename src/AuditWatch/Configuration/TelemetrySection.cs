using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Reads <c>telemetry</c>: <c>otlp</c> with <c>endpoint</c>, <c>protocol</c> and <c>interval</c>.</summary>
internal static class TelemetrySection
{
    /// <summary>Where metrics are sent; null if the file does not say.</summary>
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

/// <summary>Where metrics are sent by the OpenTelemetry protocol.</summary>
/// <param name="Endpoint">The collector's address; with its path, unless it speaks grpc.</param>
/// <param name="IsGrpc">Whether it speaks grpc; otherwise HTTP with protobuf.</param>
/// <param name="Interval">How often.</param>
public sealed record OtlpSettings(Uri Endpoint, bool IsGrpc, TimeSpan Interval)
{
    /// <summary>What <see cref="Interval"/> is unless the configuration says otherwise: a minute.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromMinutes(1);
}
