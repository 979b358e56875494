using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuditWatch.Notifications.Http;

namespace AuditWatch.Notifications.Webhook;

/// <summary>
/// Posts notifications as JSON. Signed, a request bears <c>X-AuditWatch-Timestamp</c>, the seconds since 1970 when it was made, and
/// <c>X-AuditWatch-Signature: sha256=…</c>, in hexadecimal the HMAC of <c>TIMESTAMP.BODY</c>. A receiver computes the same over the bytes it got,
/// compares in constant time, and refuses what is minutes old. Another attempt has the same body; <c>id</c> tells it.
/// </summary>
internal sealed class WebhookNotifier : INotifier, IDisposable
{
    private readonly Uri _address;
    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpSender _sender;

    /// <summary>A notifier for one address.</summary>
    /// <param name="name">What to call it in logs and metrics.</param>
    /// <param name="options">Where to post to, and how.</param>
    /// <param name="time">Gives a signature its time.</param>
    /// <exception cref="UriFormatException">The address is not an absolute one.</exception>
    public WebhookNotifier(string name, WebhookOptions options, TimeProvider time)
    {
        Name = name;
        _address = new Uri(options.Address.Reveal());
        _options = options;
        _time = time;
        _sender = new HttpSender("the webhook", time);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public async Task<DeliveryResult> NotifyAsync(Notification notification, CancellationToken cancellation)
    {
        var body = Body(notification);
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = AuthorizationSetting.Header(_options.Authorization);
        if (_options.CloudEvents)
        {
            AddCloudEvent(request.Headers, notification);
        }

        if (_options.SigningKey is { } key)
        {
            Sign(request.Headers, body, key);
        }

        return (await _sender.SendAsync(request, cancellation)).ToResult();
    }

    /// <inheritdoc/>
    public void Dispose() => _sender.Dispose();

    private static byte[] Body(Notification notification)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            NotificationJson.Write(json, notification);
        }

        return bytes.WrittenSpan.ToArray();
    }

    // Binary content mode of the HTTP binding: the body is the data.
    private static void AddCloudEvent(HttpRequestHeaders headers, Notification notification)
    {
        headers.Add("ce-specversion", "1.0");
        headers.Add("ce-id", Uri.EscapeDataString(notification.Id));
        headers.Add("ce-type", $"io.auditwatch.alert.{notification.Kind.Word()}");
        headers.Add("ce-source", notification.ExternalUrl?.AbsoluteUri ?? "auditwatch");
        headers.Add("ce-subject", Uri.EscapeDataString(notification.GroupKey));
        headers.Add("ce-time", notification.DueAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
    }

    private void Sign(HttpRequestHeaders headers, byte[] body, Secret key)
    {
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key.Reveal()));
        hmac.AppendData(Encoding.ASCII.GetBytes($"{timestamp}."));
        hmac.AppendData(body);
        headers.Add("X-AuditWatch-Timestamp", timestamp);
        headers.Add("X-AuditWatch-Signature", $"sha256={Convert.ToHexStringLower(hmac.GetHashAndReset())}");
    }
}
