using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AuditWatch.Notifications.Http;

/// <summary>Sends requests to one receiver. Addresses and headers are secrets: they go to nobody they are redirected to, into no trace and into no result.</summary>
/// <param name="receiver">Whom they go to, for a person, such as <c>Slack</c>.</param>
/// <param name="time">Tells how long it is to the date that an answer says to wait for.</param>
/// <param name="bodyLimit">The most bytes to read of an answer.</param>
/// <param name="authorities">The certification authorities to trust instead of the machine's. Default: the machine's.</param>
internal sealed class HttpSender(string receiver, TimeProvider time, int bodyLimit = HttpSender.DefaultBodyLimit, X509Certificate2Collection? authorities = null) : IDisposable
{
    /// <summary>The most bytes that are read of an answer unless it is said otherwise.</summary>
    public const int DefaultBodyLimit = 4096;

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        SslOptions = { CertificateChainPolicy = AuthoritiesSetting.Policy(authorities) },
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Sends a request, once.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> asked for it.</exception>
    public async Task<HttpAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            var body = await ReadStartAsync(response.Content, cancellation);
            return new HttpAnswer(receiver, (int)response.StatusCode, body, Wait(response.Headers.RetryAfter));
        }
        catch (HttpRequestException problem)
        {
            return new HttpAnswer(receiver, 0, Problem: $"cannot reach {receiver}: {Explain(problem)}");
        }
        catch (IOException)
        {
            return new HttpAnswer(receiver, 0, Problem: $"{receiver} broke off its answer");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<string> ReadStartAsync(HttpContent content, CancellationToken cancellation)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var start = new byte[bodyLimit];
        var length = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellation);
        return Encoding.UTF8.GetString(start, 0, length);
    }

    private TimeSpan? Wait(RetryConditionHeaderValue? asked)
    {
        var wait = asked?.Delta ?? asked?.Date - time.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : null;
    }

    private static string Explain(HttpRequestException problem) => problem.InnerException switch
    {
        System.Net.Sockets.SocketException socket => socket.SocketErrorCode.ToString(),
        AuthenticationException certificate => certificate.Message,
        _ => problem.HttpRequestError.ToString(),
    };
}
