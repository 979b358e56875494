using System.Diagnostics;
using System.Text.Json.Nodes;
using AuditWatch.Tests.Notifications.Http;

namespace AuditWatch.Tests.Notifications.Alertmanager;

/// <summary>A real Alertmanager: Debian's prometheus-alertmanager, started once for a class of tests, with a receiver that tells nobody.</summary>
public sealed class AlertmanagerServer : IAsyncLifetime
{
    private const string Program = "/usr/bin/prometheus-alertmanager";
    private readonly TemporaryFolder _folder = new();
    private static readonly HttpClient Client = new();
    private Process? _process;

    /// <summary>Where it is.</summary>
    public Uri Address { get; } = new($"http://127.0.0.1:{HttpStandIn.FreePort()}/behind/a/proxy/");

    /// <summary>Skips the test where it cannot run.</summary>
    public void SkipUnlessInstalled() => Skip.If(_process is null, "needs Alertmanager: .ci/install");

    /// <summary>The alerts that are active, by the value of their label <c>alert_id</c>.</summary>
    public async Task<IReadOnlyList<JsonObject>> ActiveAsync(string alertId)
    {
        var alerts = JsonNode.Parse(await Client.GetStringAsync(new Uri(Address, "api/v2/alerts")))!.AsArray();
        return [.. alerts.Select(alert => alert!.AsObject()).Where(alert => (string?)alert["labels"]!["alert_id"] == alertId)];
    }

    public async Task InitializeAsync()
    {
        if (!File.Exists(Program))
        {
            return;
        }

        var configuration = Path.Combine(_folder.FullName, "alertmanager.yml");
        await File.WriteAllTextAsync(configuration, "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n");
        _process = Process.Start(new ProcessStartInfo(Program,
        [
            $"--config.file={configuration}", $"--storage.path={_folder.FullName}", $"--web.listen-address={Address.Authority}", $"--web.route-prefix={Address.AbsolutePath}",
            "--cluster.listen-address=", "--log.level=error",
        ])
        { RedirectStandardError = true })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        await AnswersAsync();
    }

    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        _folder.Dispose();
    }

    private async Task AnswersAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var answer = await Client.GetAsync(new Uri(Address, "-/ready"));
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (attempt < 100)
            {
                // Not yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }
}
