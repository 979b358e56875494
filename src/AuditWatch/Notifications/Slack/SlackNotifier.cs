using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text;
using System.Text.RegularExpressions;

namespace AuditWatch.Notifications.Slack;

/// <summary>Posts alerts to a Slack channel through an incoming webhook.</summary>
public sealed partial class SlackNotifier : INotifier, IDisposable
{
    private readonly Uri _address;
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        // The address is a secret: it goes to nobody it redirects to, and into no trace.
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>A notifier for one webhook.</summary>
    /// <param name="name">What to call it in logs and metrics.</param>
    /// <param name="address">The webhook's address.</param>
    /// <exception cref="UriFormatException">It is not an absolute address.</exception>
    public SlackNotifier(string name, Secret address)
    {
        Name = name;
        _address = new Uri(address.Reveal());
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public async Task<DeliveryResult> NotifyAsync(Notification notification, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address);
        request.Content = new StringContent(SlackMessage.Of(Message.From(notification.Alerts[0])).ToJsonString(), Encoding.UTF8, "application/json");
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return Judge(response.StatusCode, response.Headers.RetryAfter, await ReadWordAsync(response.Content, cancellation));
        }
        catch (HttpRequestException problem)
        {
            return DeliveryResult.Retry($"cannot reach Slack: {Explain(problem)}");
        }
        catch (IOException)
        {
            return DeliveryResult.Retry("Slack broke off its answer");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static DeliveryResult Judge(HttpStatusCode status, RetryConditionHeaderValue? retryAfter, string word) => (int)status switch
    {
        200 when word is "ok" => DeliveryResult.Delivered,
        408 or 425 or 429 or >= 500 => DeliveryResult.Retry($"Slack answered {(int)status} {word}".TrimEnd(), retryAfter?.Delta),
        200 => DeliveryResult.Rejected("the answer was not Slack's 'ok': is the address that of an incoming webhook?"),
        _ => DeliveryResult.Rejected($"Slack answered {(int)status} {word}".TrimEnd()),
    };

    // Slack explains itself in one word, such as invalid_payload. Anything else may be some proxy repeating the address.
    private static async Task<string> ReadWordAsync(HttpContent content, CancellationToken cancellation)
    {
        var start = new byte[128];
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var length = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellation);
        var word = Encoding.UTF8.GetString(start, 0, length).Trim();
        return WordPattern().IsMatch(word) ? word : "";
    }

    private static string Explain(HttpRequestException problem) => problem.InnerException switch
    {
        System.Net.Sockets.SocketException socket => socket.SocketErrorCode.ToString(),
        AuthenticationException certificate => certificate.Message,
        _ => problem.HttpRequestError.ToString(),
    };

    [GeneratedRegex(@"\A[a-z]+(?:_[a-z]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex WordPattern();
}
