using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace AuditWatch.Tests.Sources.Webhook.Access;

/// <summary>Posts to a webhook that speaks TLS, as an API server would; each client has a connection of its own.</summary>
internal sealed class WebhookClient : IDisposable
{
    private readonly HttpClient _http;

    public WebhookClient(WebhookServer server, X509Certificate2? certificate = null, string? token = null, SslProtocols protocols = SslProtocols.None)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = protocols,
                RemoteCertificateValidationCallback = (_, shown, _, _) =>
                {
                    ServerCertificate = shown?.GetSerialNumberString();
                    return shown is not null;
                },
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
            },
        };
        _http = new HttpClient(handler) { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(60) };
        _http.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>The serial number of the certificate that the server has shown.</summary>
    public string? ServerCertificate { get; private set; }

    public async Task<HttpStatusCode> PostAsync(string path = "/webhook", Version? version = null, string body = """{"auditID":"a","user":{},"verb":"get"}""")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body),
            Version = version ?? HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await _http.SendAsync(request);
        Assert.Equal(request.Version, answer.Version);
        return answer.StatusCode;
    }

    public void Dispose() => _http.Dispose();
}
