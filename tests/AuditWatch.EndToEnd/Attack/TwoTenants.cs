using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using AuditWatch.EndToEnd.Run;
using AuditWatch.Tests.Notifications.Email;

namespace AuditWatch.EndToEnd.Attack;

/// <summary>A service with TLS that two clients post to, each for its own clusters: a greedy one for <c>greedy</c> and <c>other</c>, an honest one for <c>honest</c>.</summary>
internal sealed class TwoTenants : IAsyncDisposable
{
    /// <summary>The token of the greedy client.</summary>
    public const string Greedy = "a-token-of-the-greedy-tenant";

    /// <summary>The token of the honest client.</summary>
    public const string Honest = "a-token-of-the-honest-tenant";

    private readonly TemporaryFolder _folder;

    private TwoTenants(TemporaryFolder folder, Service service) => (_folder, Service) = (folder, service);

    /// <summary>The service.</summary>
    public Service Service { get; }

    /// <summary>Starts the service.</summary>
    /// <param name="limits">The section <c>limits</c> of its webhook, within braces.</param>
    /// <param name="more">What else its configuration has.</param>
    public static async Task<TwoTenants> StartAsync(string limits, string more = "")
    {
        var folder = new TemporaryFolder();
        using var authority = new TestAuthority();
        authority.Write(folder.FullName);
        folder.Write("greedy", Greedy);
        folder.Write("honest", Honest);
        var config = folder.Write("auditwatch.yaml", $$"""
            sources:
              webhook:
                listen: '127.0.0.1:0'
                tls: {certFile: server.pem, keyFile: server.key}
                auth: {tokens: [{file: greedy, clusters: [greedy, other]}, {file: honest, clusters: [honest]}]}
                limits: {{limits}}
            {{more}}
            """);
        return new TwoTenants(folder, await Service.StartAsync("--config", config));
    }

    /// <summary>A client with connections of its own.</summary>
    /// <param name="token">Its token; null for none.</param>
    public HttpClient Client(string? token)
    {
        var client = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator }) { BaseAddress = Service.Http.BaseAddress };
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>A connection on which nothing has been asked yet.</summary>
    public async Task<SslStream> ConnectAsync()
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(Service.Http.BaseAddress!.Host, Service.Http.BaseAddress.Port);
        var stream = new SslStream(socket.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        await stream.AuthenticateAsClientAsync("localhost");
        return stream;
    }

    /// <summary>Begins posts that never end, each on a connection of its own.</summary>
    /// <param name="count">How many.</param>
    /// <param name="cluster">The cluster that they are for.</param>
    /// <param name="bytes">How long what is sent of each is.</param>
    /// <param name="token">The client's token.</param>
    public async Task<IReadOnlyList<SslStream>> PostEndlesslyAsync(int count, string cluster, int bytes = 0, string token = Greedy)
    {
        var posts = new List<SslStream>();
        for (var i = 0; i < count; i++)
        {
            var connection = await ConnectAsync();
            posts.Add(connection);
            await connection.WriteAsync(Encoding.ASCII.GetBytes($"POST /webhook/{cluster} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 10000000\r\n\r\n{{\"auditID\":\"{new string('x', bytes)}"));
        }

        return posts;
    }

    /// <summary>Posts events.</summary>
    /// <param name="client">Who posts.</param>
    /// <param name="cluster">The cluster that they are of.</param>
    /// <param name="events">The events. Default: one of the sample.</param>
    public static async Task<HttpStatusCode> PostAsync(HttpClient client, string cluster, string? events = null)
    {
        using var answer = await client.PostAsync(new Uri($"/webhook/{cluster}", UriKind.Relative), new StringContent(events ?? Sample.Lines[0], Encoding.UTF8, "application/json"));
        return answer.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        _folder.Dispose();
    }
}
