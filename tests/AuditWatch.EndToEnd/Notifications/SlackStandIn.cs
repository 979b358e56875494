using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Channels;

namespace AuditWatch.EndToEnd.Notifications;

/// <summary>Takes what is posted to it, as Slack's incoming webhooks do.</summary>
internal sealed class SlackStandIn : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpListener _listener = new();
    private readonly Channel<JsonDocument> _messages = Channel.CreateUnbounded<JsonDocument>();

    public SlackStandIn()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        probe.Stop();
        Url = address + "services/T000/B000/secret-of-the-webhook";
        _listener.Prefixes.Add(address);
        _listener.Start();
        _ = TakeAsync();
    }

    /// <summary>The webhook's address, which is a secret.</summary>
    public string Url { get; }

    /// <summary>Waits for the next message.</summary>
    public async Task<JsonElement> NextAsync() => (await _messages.Reader.ReadAsync().AsTask().WaitAsync(Patience)).RootElement;

    public void Dispose() => _listener.Close();

    private async Task TakeAsync()
    {
        try
        {
            while (true)
            {
                var exchange = await _listener.GetContextAsync();
                await _messages.Writer.WriteAsync(await JsonDocument.ParseAsync(exchange.Request.InputStream));
                exchange.Response.StatusCode = 200;
                await exchange.Response.OutputStream.WriteAsync("ok"u8.ToArray());
                exchange.Response.Close();
            }
        }
        catch (Exception problem) when (problem is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
