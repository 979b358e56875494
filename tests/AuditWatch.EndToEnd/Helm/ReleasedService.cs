using System.Diagnostics;

namespace AuditWatch.EndToEnd.Helm;

/// <summary>The service with the files and arguments of the chart's pod, on a port of loopback.</summary>
internal sealed class ReleasedService : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private ReleasedService(Process process) => _process = process;

    /// <summary>Starts it and waits until its readiness probe succeeds.</summary>
    public static async Task<ReleasedService> StartAsync(ContainerFiles files, int port)
    {
        var process = Process.Start(new ProcessStartInfo(Cli.Executable, ["run", "--config", files["/etc/auditwatch/auditwatch.yaml"], "--listen", $"127.0.0.1:{port}"]))!;
        var service = new ReleasedService(process);
        using var anyCertificate = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        using var http = new HttpClient(anyCertificate);
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                if ((await http.GetAsync(new Uri($"https://127.0.0.1:{port}/readyz"))).IsSuccessStatusCode)
                {
                    return service;
                }
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                // Not listening yet.
            }

            if (Stopwatch.GetElapsedTime(began) > Patience)
            {
                await service.DisposeAsync();
                throw new TimeoutException("the service did not become ready");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
