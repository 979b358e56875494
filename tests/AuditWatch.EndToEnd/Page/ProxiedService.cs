using System.Text.RegularExpressions;
using AuditWatch.EndToEnd.Run;

namespace AuditWatch.EndToEnd.Page;

/// <summary>A service whose people sign in at a proxy, which is the test.</summary>
public sealed class ProxiedService : IAsyncLifetime, IAsyncDisposable
{
    /// <summary>Where people find the page.</summary>
    public const string Address = "https://auditwatch.example.com";

    private readonly TemporaryFolder _folder = new();
    private Service? _service;
    private HttpClient? _proxy;

    internal Service Now => _service!;

    /// <summary>The state directory.</summary>
    public string State => _folder["state"];

    /// <summary>Asks the page as the proxy does.</summary>
    public HttpClient Proxy => _proxy!;

    public Task InitializeAsync() => StartAsync("127.0.0.1", "insecure: false");

    /// <summary>Starts it with its page at an address, and with another line about the page.</summary>
    public async Task StartAsync(string address, string more)
    {
        var config = _folder.Write("auditwatch.yaml", $$"""
            externalUrl: {{Address}}/
            page:
              listen: {{address}}:0
              {{more}}
              proxy: {addresses: [127.0.0.1]}
              roles:
                viewer: [readers]
                responder: [soc]
                admin: [platform]
                perCluster: [{clusters: [payments], responder: [payments], viewer: [developers]}]
            """);
        _service = await Service.StartAsync("--config", config, "--listen", "127.0.0.1:0", "--state", _folder["state"]);
        var page = Match.Empty;
        await _service.UntilAsync("it says where the page is", () => Task.FromResult((page = Regex.Match(_service.Error, @"The page, the API and the metrics are at (http://[\d.]+:\d+)/")).Success));
        _proxy = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(page.Groups[1].Value) };
    }

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        _proxy?.Dispose();
        await (_service?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder.Dispose();
    }
}
