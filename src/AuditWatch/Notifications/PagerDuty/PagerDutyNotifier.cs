using System.Text.RegularExpressions;
using AuditWatch.Notifications.Http;
using AuditWatch.Notifications.Paging;

namespace AuditWatch.Notifications.PagerDuty;

/// <summary>Sends events to an integration of PagerDuty's Events API v2: a conversation is one alert there, which is acknowledged and resolved with it. Another attempt changes nothing.</summary>
internal sealed partial class PagerDutyNotifier : INotifier, IDisposable
{
    /// <summary>Where events go, but for accounts in the service region EU.</summary>
    public static readonly Uri DefaultAddress = new("https://events.pagerduty.com/v2/enqueue");

    private readonly Uri _address;
    private readonly Secret _routingKey;
    private readonly HttpSender _sender;

    /// <summary>A notifier for one integration.</summary>
    /// <param name="name">What to call it in logs and metrics.</param>
    /// <param name="routingKey">The integration's key.</param>
    /// <param name="address">Where events go.</param>
    /// <param name="time">The clock that PagerDuty's dates are compared with.</param>
    public PagerDutyNotifier(string name, Secret routingKey, Uri address, TimeProvider time)
    {
        Name = name;
        _routingKey = routingKey;
        _address = address;
        _sender = new HttpSender("PagerDuty", time);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public async Task<DeliveryResult> NotifyAsync(Notification notification, CancellationToken cancellation)
    {
        foreach (var action in PageActions.Of(notification))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = JsonBody.Of(PagerDutyEvent.Of(notification, action, _routingKey)) };
            if (Result(await _sender.SendAsync(request, cancellation)) is { Outcome: not DeliveryOutcome.Delivered } failure)
            {
                return failure;
            }
        }

        // That there is a page: a conversation that goes on elsewhere has to end it.
        return notification.Kind == NotificationKind.Digest ? DeliveryResult.Delivered : DeliveryResult.Delivered with { Receipt = PagerDutyEvent.KeyOf(notification) };
    }

    /// <inheritdoc/>
    public void Dispose() => _sender.Dispose();

    // PagerDuty takes an event with 202. What else it says may repeat the key, but for its status, such as "invalid event".
    private static DeliveryResult Result(HttpAnswer answer) => answer.Status is >= 200 and < 300 and not 202
        ? DeliveryResult.Rejected($"the answer was not PagerDuty's 202 but {answer.Status}: is 'url' that of the Events API v2?")
        : answer.ToResult(StatusPattern().Match(answer.Body) is { Success: true } status ? status.Groups[1].Value : "");

    [GeneratedRegex("\"status\"\\s*:\\s*\"([a-z]{1,20}(?: [a-z]{1,20}){0,3})\"", RegexOptions.CultureInvariant)]
    private static partial Regex StatusPattern();
}
