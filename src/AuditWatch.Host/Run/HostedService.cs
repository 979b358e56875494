using AuditWatch.Processing;
using AuditWatch.Sources.Kafka;

namespace AuditWatch.Host.Run;

/// <summary>
/// Runs the service while the process lives. It is stopped after the web server, so that every request has been answered by then. If it ends by itself, the
/// process does.
/// </summary>
internal sealed class HostedService(AuditWatchService service, IHostApplicationLifetime lifetime, ILogger<AuditWatchService> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        service.Start();
        _ = EndWithAsync(service.Completion);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => service.StopAsync(cancellationToken);

    private async Task EndWithAsync(Task completion)
    {
        try
        {
            await completion;
        }
        catch (KafkaFailedException problem)
        {
            logger.LogCritical("{Problem} No event is taken any more, the service stops.", problem.Message.EndsWith('.') ? problem.Message : problem.Message + ".");
            Environment.ExitCode = ExitCode.FoundProblems;
        }
        catch (Exception problem)
        {
            logger.LogCritical(problem, "The pipeline has ended: no event is taken any more, the service stops.");
            Environment.ExitCode = ExitCode.FoundProblems;
        }

        lifetime.StopApplication();
    }
}
