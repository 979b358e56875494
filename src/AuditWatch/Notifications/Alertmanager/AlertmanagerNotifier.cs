using System.Text;
using System.Text.Json.Nodes;
using AuditWatch.Alerts;
using AuditWatch.Notifications.Http;

namespace AuditWatch.Notifications.Alertmanager;

/// <summary>Posts alerts to an Alertmanager (API v2). An alert that is closed ends there, too; another attempt changes nothing.</summary>
internal sealed class AlertmanagerNotifier : INotifier, IDisposable
{
    private readonly Uri _address;
    private readonly AlertmanagerOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpSender _sender;

    /// <summary>A notifier for one Alertmanager.</summary>
    /// <param name="name">What to call it in logs and metrics.</param>
    /// <param name="options">Which one.</param>
    /// <param name="time">Tells how far away the end of an open alert is.</param>
    /// <exception cref="UriFormatException">The address is not an absolute one.</exception>
    public AlertmanagerNotifier(string name, AlertmanagerOptions options, TimeProvider time)
    {
        Name = name;
        _address = Endpoint(options.Address.Reveal());
        _options = options;
        _time = time;
        _sender = new HttpSender("Alertmanager", time);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public async Task<DeliveryResult> NotifyAsync(Notification notification, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address);
        request.Headers.Authorization = AuthorizationSetting.Header(_options.Authorization);
        request.Content = new StringContent(new JsonArray([.. Alerts(notification)]).ToJsonString(), Encoding.UTF8, "application/json");
        var result = (await _sender.SendAsync(request, cancellation)).ToResult();
        return result.Outcome == DeliveryOutcome.Delivered && notification.Kind != NotificationKind.Digest ? result with { Receipt = SentLevels.Of(notification.Alerts) } : result;
    }

    /// <inheritdoc/>
    public void Dispose() => _sender.Dispose();

    private IEnumerable<JsonObject> Alerts(Notification notification)
    {
        var sent = SentLevels.Parse(notification.Receipt);
        foreach (var alert in notification.Alerts)
        {
            var isOver = notification.Kind == NotificationKind.Closed || alert.Status == AlertStatus.Closed;
            yield return AlertmanagerAlert.Of(notification, alert, alert.Level, isOver ? alert.ChangedAt : _time.GetUtcNow() + _options.ExpireAfter);

            // With another level it is another alert to Alertmanager: the one it knows is over.
            if (sent.TryGetValue(alert.Id, out var earlier) && earlier != alert.Level)
            {
                yield return AlertmanagerAlert.Of(notification, alert, earlier, alert.ChangedAt);
            }
        }
    }

    private static Uri Endpoint(string address) => new(new Uri(address.EndsWith('/') ? address : $"{address}/"), "api/v2/alerts");
}
