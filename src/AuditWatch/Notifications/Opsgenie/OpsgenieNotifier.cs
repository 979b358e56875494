using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using AuditWatch.Notifications.Http;
using AuditWatch.Notifications.Paging;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Notifications.Opsgenie;

/// <summary>
/// Creates, acknowledges and closes alerts in Opsgenie, or in Jira Service Management, which has the same API: one for each conversation. An alert that is created again only counts
/// up there, so that what is new goes into a note, and a higher priority is set by itself: the receipt of a notification is the priority that was sent last.
/// </summary>
internal sealed class OpsgenieNotifier : INotifier, IDisposable
{
    /// <summary>Where Opsgenie's API is, but for accounts in the EU.</summary>
    public static readonly Uri DefaultAddress = new("https://api.opsgenie.com/");

    private readonly Uri _address;
    private readonly Secret _apiKey;
    private readonly HttpSender _sender;

    /// <summary>A notifier for one integration.</summary>
    /// <param name="name">What to call it in logs and metrics.</param>
    /// <param name="apiKey">The key of an API integration.</param>
    /// <param name="address">Where the API is, up to what comes before <c>v2/alerts</c>, ending in a slash.</param>
    /// <param name="time">The clock that dates of answers are compared with.</param>
    public OpsgenieNotifier(string name, Secret apiKey, Uri address, TimeProvider time)
    {
        Name = name;
        _apiKey = apiKey;
        _address = address;
        _sender = new HttpSender("Opsgenie", time);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public async Task<DeliveryResult> NotifyAsync(Notification notification, CancellationToken cancellation)
    {
        var message = Message.From(notification);
        foreach (var (method, path, body) in PageActions.Of(notification).SelectMany(action => Requests(notification, message, action)))
        {
            using var request = new HttpRequestMessage(method, new Uri(_address, path)) { Content = JsonBody.Of(body) };
            request.Headers.Authorization = new AuthenticationHeaderValue("GenieKey", _apiKey.Reveal());
            if (Result(await _sender.SendAsync(request, cancellation)) is { Outcome: not DeliveryOutcome.Delivered } failure)
            {
                return failure;
            }
        }

        return notification.Kind == NotificationKind.Digest ? DeliveryResult.Delivered : DeliveryResult.Delivered with { Receipt = OpsgenieAlert.Priority(message.Level) };
    }

    /// <inheritdoc/>
    public void Dispose() => _sender.Dispose();

    private static IEnumerable<(HttpMethod Method, string Path, JsonObject Body)> Requests(Notification notification, Message message, PageAction action)
    {
        var alert = $"v2/alerts/{Uri.EscapeDataString(OpsgenieAlert.Alias(notification))}";
        switch (action)
        {
            case PageAction.Trigger:
                yield return (HttpMethod.Post, "v2/alerts", OpsgenieAlert.Create(notification, message));
                if (notification.Receipt is not null && notification.Receipt != OpsgenieAlert.Priority(message.Level))
                {
                    yield return (HttpMethod.Put, $"{alert}/priority?identifierType=alias", new JsonObject { ["priority"] = OpsgenieAlert.Priority(message.Level) });
                }

                if (notification.Kind is NotificationKind.Updated or NotificationKind.Reminder)
                {
                    yield return (HttpMethod.Post, $"{alert}/notes?identifierType=alias", OpsgenieAlert.Note(notification, message));
                }

                break;
            case PageAction.Acknowledge:
                yield return (HttpMethod.Post, $"{alert}/acknowledge?identifierType=alias", OpsgenieAlert.Note(notification, message));
                break;
            default:
                yield return (HttpMethod.Post, $"{alert}/close?identifierType=alias", OpsgenieAlert.Note(notification, message));
                break;
        }
    }

    // Requests are taken with 202 and carried out later: that an alert is closed which is gone is no error. What else it says may repeat the key.
    private static DeliveryResult Result(HttpAnswer answer) => answer.Status is >= 200 and < 300 and not 202
        ? DeliveryResult.Rejected($"the answer was not Opsgenie's 202 but {answer.Status}: is 'apiUrl' that of the API?")
        : answer.ToResult();
}
