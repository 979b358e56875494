using AuditWatch.Configuration;
using AuditWatch.Notifications;
using AuditWatch.Processing;
using AuditWatch.Sources.FileTail;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Embedding;

public static class EmbeddedService
{
    /// <summary>The example of docs/architecture.md, "In another program".</summary>
    public static async Task RunAsync(INotifier myNotifier, ILoggerFactory loggers, CancellationToken cancellation)
    {
        await using var service = new AuditWatchService(new AuditWatchOptions { Detections = ["rules"], Files = [new FileTailOptions("audit.log")], Routing = AlertRouting.To(myNotifier) }, TimeProvider.System, loggers);
        service.Outcomes.Subscribe(outcome => Console.WriteLine($"{outcome.Findings.Count} findings"));
        await service.RunAsync(cancellation);
    }

    /// <summary>The example of docs/extending.md.</summary>
    public static AuditWatchOptions Configure(Diagnostics diagnostics)
    {
        var configuration = ConfigurationFile.Load("auditwatch.yaml", new NotifierKinds().AddPager(), diagnostics) ?? throw new FormatException(string.Join('\n', diagnostics));
        var options = new AuditWatchOptions
        {
            Detections = configuration.Detections,
            Files = [.. configuration.Files.Select(file => new FileTailOptions(file.Path) { Cluster = file.Cluster, FromStart = file.FromStart })],
            Routing = new AlertRouting(configuration.Route!, configuration.Receivers) { Inhibitions = configuration.Inhibit, Silences = configuration.Silences },
        };
        return options;
    }
}
