using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using AuditWatch.Alerts;
using AuditWatch.Notifications.Http;

namespace AuditWatch.Notifications.Elasticsearch;

/// <summary>
/// Writes a document for each alert of a notification into a data stream of Elasticsearch or OpenSearch, all of them with one request. Its id is made from those of the notification and the
/// alert, so that what an earlier attempt has written is there once.
/// </summary>
internal sealed class ElasticsearchNotifier : INotifier, IDisposable
{
    private const int AnswerLimit = 65_536;

    private readonly ElasticsearchOptions _options;
    private readonly Uri _address;
    private readonly HttpSender _sender;

    /// <summary>A notifier for one data stream.</summary>
    /// <param name="name">What to call it in logs and metrics.</param>
    /// <param name="options">Where to write to.</param>
    /// <param name="time">The clock that dates of answers are compared with.</param>
    public ElasticsearchNotifier(string name, ElasticsearchOptions options, TimeProvider time)
    {
        Name = name;
        _options = options;
        _address = new Uri(options.Address, $"{options.DataStream}/_bulk?filter_path=errors,items.*.status,items.*.error.type");
        _sender = new HttpSender("Elasticsearch", time, AnswerLimit, options.Authorities);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public async Task<DeliveryResult> NotifyAsync(Notification notification, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(Lines(notification)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        request.Headers.Authorization = AuthorizationSetting.Header(_options.Authorization);
        var answer = await _sender.SendAsync(request, cancellation);
        return answer.Status is >= 200 and < 300 ? BulkAnswer.ToResult(answer.Body, notification.Alerts.Count) : answer.ToResult();
    }

    /// <inheritdoc/>
    public void Dispose() => _sender.Dispose();

    private static byte[] Lines(Notification notification)
    {
        using var lines = new MemoryStream();
        foreach (var alert in notification.Alerts)
        {
            lines.Write(JsonBody.Encode(new JsonObject { ["create"] = new JsonObject { ["_id"] = Fingerprint.Hash([notification.Id, alert.Id]) } }));
            lines.WriteByte((byte)'\n');
            lines.Write(JsonBody.Encode(EcsDocument.Of(notification, alert)));
            lines.WriteByte((byte)'\n');
        }

        return lines.ToArray();
    }
}
