using System.Net.Sockets;
using AuditWatch.EndToEnd.Run;

namespace AuditWatch.EndToEnd.Api;

/// <summary>A service with a state directory that has taken the sample, and the two ways to its API.</summary>
public sealed class ServiceWithSample : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private Service? _service;

    /// <summary>The state directory.</summary>
    public string State => _folder["state"];

    internal Service Service => _service!;

    /// <summary>Where the service is over HTTP.</summary>
    public string Url => Service.Http.BaseAddress!.AbsoluteUri;

    /// <summary>A client that goes <c>http</c>, or through the <c>socket</c>.</summary>
    public HttpClient Client(string way)
    {
        var handler = new SocketsHttpHandler();
        if (way == "socket")
        {
            handler.ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(State, "auditwatch.sock")), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            };
        }

        return new HttpClient(handler) { BaseAddress = new Uri(Service.Http.BaseAddress!, "/api/v1/") };
    }

    public async Task InitializeAsync()
    {
        _service = await Service.StartAsync("--state", State);
        await _service.PostAsync(string.Join('\n', Sample.Lines));
    }

    public async Task DisposeAsync()
    {
        await Service.DisposeAsync();
        _folder.Dispose();
    }
}
