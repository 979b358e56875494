using System.Text;
using System.Text.RegularExpressions;
using AuditWatch.Notifications.Http;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Notifications.Slack;

/// <summary>Posts alerts to a Slack channel through an incoming webhook, a message for each notification.</summary>
internal sealed partial class SlackNotifier : INotifier, IDisposable
{
    private readonly Uri _address;
    private readonly HttpSender _sender;

    /// <summary>A notifier for one webhook.</summary>
    /// <param name="name">What to call it in logs and metrics.</param>
    /// <param name="address">The webhook's address.</param>
    /// <param name="time">The clock that Slack's dates are compared with.</param>
    /// <exception cref="UriFormatException">It is not an absolute address.</exception>
    public SlackNotifier(string name, Secret address, TimeProvider time)
    {
        Name = name;
        _address = new Uri(address.Reveal());
        _sender = new HttpSender("Slack", time);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public async Task<DeliveryResult> NotifyAsync(Notification notification, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address);
        // What has been posted cannot be changed: that somebody deals with it follows it in a few lines.
        var message = Message.From(notification);
        request.Content = new StringContent((message.IsHandling ? SlackMessage.Reply(message) : SlackMessage.Of(message)).ToJsonString(), Encoding.UTF8, "application/json");
        var answer = await _sender.SendAsync(request, cancellation);

        // Slack explains itself in one word, such as invalid_payload. Anything else may be some proxy repeating the address.
        var word = answer.Body.Trim();
        return answer.Status == 200 && word is not "ok"
            ? DeliveryResult.Rejected("the answer was not Slack's 'ok': is the address that of an incoming webhook?")
            : answer.ToResult(WordPattern().IsMatch(word) ? word : "");
    }

    /// <inheritdoc/>
    public void Dispose() => _sender.Dispose();

    [GeneratedRegex(@"\A[a-z]+(?:_[a-z]+)*\z", RegexOptions.CultureInvariant)]
    internal static partial Regex WordPattern();
}
