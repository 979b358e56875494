using System.Text.Json.Nodes;

namespace AuditWatch.Notifications.Http;

/// <summary>Posts a document of JSON for each notification to an address that is a secret: all there is to a service that tells how it went by the status alone.</summary>
internal sealed class JsonNotifier : INotifier, IDisposable
{
    private readonly string _service;
    private readonly Uri _address;
    private readonly Func<Notification, JsonNode> _document;
    private readonly HttpSender _sender;

    /// <summary>A notifier for one address.</summary>
    /// <param name="name">What to call it in logs and metrics.</param>
    /// <param name="service">The service, for a person.</param>
    /// <param name="address">The address.</param>
    /// <param name="document">What to post.</param>
    /// <param name="time">The clock that dates of answers are compared with.</param>
    public JsonNotifier(string name, string service, Uri address, Func<Notification, JsonNode> document, TimeProvider time)
    {
        Name = name;
        _service = service;
        _address = address;
        _document = document;
        _sender = new HttpSender(service, time);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public async Task<DeliveryResult> NotifyAsync(Notification notification, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = JsonBody.Of(_document(notification)) };
        var answer = await _sender.SendAsync(request, cancellation);

        // Who answers with a page, or without end, is somebody else, such as a proxy that wants people to log in.
        var isService = answer.Body.Length < HttpSender.DefaultBodyLimit && !answer.Body.TrimStart().StartsWith('<');
        return answer.Status is >= 200 and < 300 && !isService ? DeliveryResult.Rejected($"the answer was a page and not {_service}'s: is the address right?") : answer.ToResult();
    }

    /// <inheritdoc/>
    public void Dispose() => _sender.Dispose();
}
