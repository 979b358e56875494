using System.Net.Http.Headers;
using System.Text;
using AuditWatch.Notifications.Http;

namespace AuditWatch.Notifications.Templates;

/// <summary>Posts to an address what a template makes of each notification: for services that have no kind of their own.</summary>
internal sealed class TemplateNotifier : INotifier, IDisposable
{
    private readonly Uri _address;
    private readonly BodyTemplate _body;
    private readonly Secret? _authorization;
    private readonly HttpSender _sender;

    /// <summary>A notifier for one address.</summary>
    /// <param name="name">What to call it in logs and metrics.</param>
    /// <param name="address">The address; a secret, as far as anybody can tell.</param>
    /// <param name="body">Makes the body.</param>
    /// <param name="authorization">The value of the header <c>Authorization</c>; null for none.</param>
    /// <param name="time">The clock that dates of answers are compared with.</param>
    public TemplateNotifier(string name, Uri address, BodyTemplate body, Secret? authorization, TimeProvider time)
    {
        Name = name;
        _address = address;
        _body = body;
        _authorization = authorization;
        _sender = new HttpSender("the service", time);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public async Task<DeliveryResult> NotifyAsync(Notification notification, CancellationToken cancellation)
    {
        if (_body.Render(notification, out var problem) is not { } body)
        {
            return DeliveryResult.Rejected($"the template cannot be used: {problem}");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(_body.ContentType);
        request.Headers.Authorization = AuthorizationSetting.Header(_authorization);
        return (await _sender.SendAsync(request, cancellation)).ToResult();
    }

    /// <inheritdoc/>
    public void Dispose() => _sender.Dispose();
}
