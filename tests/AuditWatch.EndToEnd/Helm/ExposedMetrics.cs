using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using AuditWatch.EndToEnd.Run;
using AuditWatch.Processing;

namespace AuditWatch.EndToEnd.Helm;

/// <summary>
/// The metrics that there can be at <c>/metrics</c>. A counter is there only once it has counted, and some count what a test cannot bring about: their names
/// are those that the program's own formatter gives to the instruments it has.
/// </summary>
internal static partial class ExposedMetrics
{
    /// <summary>Their names, as Prometheus queries have them.</summary>
    public static async Task<IReadOnlySet<string>> NamesAsync()
    {
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--state", folder["state"]);
        await service.Http.PostAsync("/webhook/production", new ByteArrayContent(await File.ReadAllBytesAsync(Sample.Path)));
        return (await service.Http.GetStringAsync("/metrics") + DeclaredText()).Split('\n')
            .Select(line => Name().Match(line).Value).Where(name => name.Length > 0).ToHashSet(StringComparer.Ordinal);
    }

    private static string DeclaredText()
    {
        var instruments = new List<(Instrument, string, double, long)>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => instruments.Add((instrument, "", 0, 0)) };
        listener.Start();
        foreach (var type in typeof(AuditWatchService).Assembly.GetTypes().Where(HasInstruments))
        {
            RuntimeHelpers.RunClassConstructor((type.IsGenericTypeDefinition ? type.MakeGenericType(typeof(object)) : type).TypeHandle);
        }

        var format = Assembly.Load("auditwatch").GetType("AuditWatch.Host.Http.PrometheusText", throwOnError: true)!.GetMethod("Format")!;
        return (string)format.Invoke(null, [instruments.Where(one => one.Item1.Meter.Name == "AuditWatch").ToList()])!;
    }

    private static bool HasInstruments(Type type) =>
        type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic).Any(field => typeof(Instrument).IsAssignableFrom(field.FieldType));

    [GeneratedRegex("^[a-z][a-z0-9_]*")]
    private static partial Regex Name();
}
