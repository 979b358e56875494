using AuditWatch.Processing;
using AuditWatch.Sources.Kafka;
using AuditWatch.State;

namespace AuditWatch.Host.Run;

/// <summary>
/// Runs the service while the process lives. It is stopped after the web server, so that every request has been answered by then. If it ends by itself, the
/// process does; at once if another has taken over, for what it would still do is the other's by then.
/// </summary>
internal sealed class HostedService(AuditWatchService service, IHostApplicationLifetime lifetime, ILoggerFactory loggers) : IHostedService
{
    private readonly ILogger _logger = loggers.CreateLogger<AuditWatchService>();

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
            _logger.LogCritical("{Problem} No event is taken any more, the service stops.", problem.Message.EndsWith('.') ? problem.Message : problem.Message + ".");
            Environment.ExitCode = ExitCode.FoundProblems;
        }
        catch (StateException lost)
        {
            _logger.LogCritical("{Problem}", lost.Message);
            loggers.Dispose(); // Which waits until that is written.
            Environment.Exit(ExitCode.FoundProblems);
        }
        catch (Exception problem)
        {
            _logger.LogCritical(problem, "The pipeline has ended: no event is taken any more, the service stops.");
            Environment.ExitCode = ExitCode.FoundProblems;
        }

        lifetime.StopApplication();
    }
}
