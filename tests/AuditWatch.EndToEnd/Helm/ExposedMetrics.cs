using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using AuditWatch.EndToEnd.Run;
using AuditWatch.Host.Http;
using AuditWatch.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace AuditWatch.EndToEnd.Helm;

/// <summary>
/// The metrics that there can be at <c>/metrics</c>. A counter is there only once it has counted, and some count what a test cannot bring about: their names
/// are those that the program's exporter gives to the instruments it has.
/// </summary>
internal static partial class ExposedMetrics
{
    /// <summary>Their names, as Prometheus queries have them.</summary>
    public static async Task<IReadOnlySet<string>> NamesAsync()
    {
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--state", folder["state"]);
        await service.Http.PostAsync("/webhook/production", new ByteArrayContent(await File.ReadAllBytesAsync(Sample.Path)));
        return (await service.Http.GetStringAsync("/metrics") + await DeclaredTextAsync()).Split('\n')
            .Select(line => Name().Match(line).Value).Where(name => name.Length > 0).ToHashSet(StringComparer.Ordinal);
    }

    private static async Task<string> DeclaredTextAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        await using var server = builder.Build();
        var meters = server.Services.GetRequiredService<IMeterFactory>();
        using var metrics = PrometheusMetrics.Collect(meters);
        var meter = meters.Create(ServiceMetrics.MeterName);
        var instruments = new List<Instrument>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => instruments.Add(instrument) };
        listener.Start();
        _ = new ServiceMetrics(meter);
        foreach (var instrument in instruments.Where(one => one.Meter == meter))
        {
            Report(instrument);
        }

        server.MapMetrics(metrics, _ => true);
        await server.StartAsync();
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"{server.Urls.First()}/metrics"));
    }

    private static void Report(Instrument instrument)
    {
        switch (instrument)
        {
            case Counter<long> counter: counter.Add(1); break;
            case UpDownCounter<long> counter: counter.Add(1); break;
            case UpDownCounter<int> counter: counter.Add(1); break;
            case Histogram<double> histogram: histogram.Record(1); break;
            default: Assert.True(instrument.IsObservable, $"{instrument.Name} is of a kind that this test does not know: {instrument.GetType()}"); break;
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*")]
    private static partial Regex Name();
}
