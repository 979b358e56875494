using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuditWatch.Alerts;
using AuditWatch.Notifications.Http;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Notifications.Splunk;

/// <summary>
/// Sends an event for each alert of a notification to Splunk's HTTP Event Collector. Splunk does not know repeats: another attempt makes another event, with the same
/// <c>notification.id</c>.
/// </summary>
internal sealed partial class SplunkNotifier : INotifier, IDisposable
{
    private readonly SplunkOptions _options;
    private readonly Uri _address;
    private readonly HttpSender _sender;

    // Tokens with indexer acknowledgement want one; others pass it over.
    private readonly string _channel = Guid.NewGuid().ToString();

    /// <summary>A notifier for one token.</summary>
    /// <param name="name">What to call it in logs and metrics.</param>
    /// <param name="options">Where to send to.</param>
    /// <param name="time">The clock that dates of answers are compared with.</param>
    public SplunkNotifier(string name, SplunkOptions options, TimeProvider time)
    {
        Name = name;
        _options = options;
        _address = new Uri(options.Address, "services/collector/event");
        _sender = new HttpSender("Splunk", time, authorities: options.Authorities);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public async Task<DeliveryResult> NotifyAsync(Notification notification, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(Events(notification)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Splunk", _options.Token.Reveal());
        request.Headers.Add("X-Splunk-Request-Channel", _channel);
        return Result(await _sender.SendAsync(request, cancellation));
    }

    /// <inheritdoc/>
    public void Dispose() => _sender.Dispose();

    private byte[] Events(Notification notification)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var alert in notification.Alerts)
        {
            using (var json = new Utf8JsonWriter(bytes, JsonBody.Writing))
            {
                Write(json, notification, alert);
            }

            bytes.Write("\n"u8);
        }

        return bytes.WrittenSpan.ToArray();
    }

    private void Write(Utf8JsonWriter json, Notification notification, Alert alert)
    {
        json.WriteStartObject();
        json.WriteNumber("time", decimal.Round(notification.DueAt.ToUnixTimeMilliseconds() / 1000m, 3));
        json.WriteString("host", string.IsNullOrWhiteSpace(alert.Cluster) ? "auditwatch" : DisplayText.Of(alert.Cluster, 250));
        json.WriteString("source", "auditwatch");
        json.WriteString("sourcetype", "auditwatch:alert");
        if (_options.Index is { } index)
        {
            json.WriteString("index", index);
        }

        json.WritePropertyName("event");
        NotificationJson.Write(json, notification, alert);
        json.WriteEndObject();
    }

    // Splunk explains itself by a number; its words may repeat the token.
    private static DeliveryResult Result(HttpAnswer answer)
    {
        var code = CodePattern().Match(answer.Body) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : (int?)null;
        return answer.Status is >= 200 and < 300 && code != 0
            ? DeliveryResult.Rejected("the answer was not Splunk's: is 'url' that of the HTTP Event Collector, such as https://splunk.example.com:8088?")
            : answer.ToResult(Explain(code));
    }

    private static string Explain(int? code) => code switch
    {
        null => "",
        1 => "(1: the token is disabled)",
        2 or 3 or 4 => $"({code}: it does not know the token)",
        7 => "(7: the token may not write to the index)",
        9 => "(9: it is busy)",
        _ => $"({code})",
    };

    [GeneratedRegex("\"code\"\\s*:\\s*([0-9]{1,4})\\b", RegexOptions.CultureInvariant)]
    private static partial Regex CodePattern();
}
