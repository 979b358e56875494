using System.Text.Json.Nodes;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Notifications.Slack;

/// <summary>
/// Posts alerts to a Slack channel as a bot. The first message of a conversation is kept current, and what is new goes into its thread, so that
/// the channel shows one message however often it happens.
/// </summary>
internal sealed class SlackBotNotifier : INotifier, IDisposable
{
    /// <summary>Where Slack's Web API is.</summary>
    public static readonly Uri DefaultAddress = new("https://slack.com/api/");

    // The message is not to be had any more, or not to be changed: somebody deleted it, or the workspace allows edits for some minutes only.
    private static readonly HashSet<string> Gone = new(StringComparer.Ordinal)
    {
        "message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found", "cannot_reply_to_message", "restricted_action_thread_locked",
        "update_failed",
    };

    private readonly string _channel;
    private readonly SlackApi _slack;

    /// <summary>A notifier for one channel.</summary>
    /// <param name="name">What to call it in logs and metrics.</param>
    /// <param name="token">The bot's token, which has the scope <c>chat:write</c>.</param>
    /// <param name="channel">The channel's id; the bot has to be a member.</param>
    /// <param name="address">Where the Web API is, ending in a slash.</param>
    /// <param name="time">The clock that Slack's dates are compared with.</param>
    public SlackBotNotifier(string name, Secret token, string channel, Uri address, TimeProvider time)
    {
        Name = name;
        _channel = channel;
        _slack = new SlackApi(address, token, time);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public async Task<DeliveryResult> NotifyAsync(Notification notification, CancellationToken cancellation)
    {
        var message = Message.From(notification);
        var continues = notification.Kind is NotificationKind.Updated or NotificationKind.Reminder or NotificationKind.Acknowledged or NotificationKind.Closed or NotificationKind.Merged;
        if (!continues || SlackReceipt.Parse(notification.Receipt) is not { } first || first.Channel != _channel)
        {
            // A digest is followed by nothing.
            var posted = await PostAsync(message, cancellation);
            return notification.Kind == NotificationKind.Digest ? posted with { Receipt = null } : posted;
        }

        // The reply comes last: if it fails, the next attempt changes the first message to what it is already, and nobody reads anything twice.
        var update = SlackMessage.Of(message);
        update["channel"] = _channel;
        update["ts"] = first.Timestamp;
        var (result, error) = await _slack.CallAsync("chat.update", update, cancellation);
        if (result.Outcome == DeliveryOutcome.Delivered)
        {
            (result, error) = await _slack.CallAsync("chat.postMessage", In(_channel, SlackMessage.Reply(message), first.Timestamp), cancellation);
        }

        return Gone.Contains(error) ? await PostAsync(message, cancellation)
            : result.Outcome == DeliveryOutcome.Delivered ? result with { Receipt = first.ToString() }
            : result;
    }

    /// <inheritdoc/>
    public void Dispose() => _slack.Dispose();

    private async Task<DeliveryResult> PostAsync(Message message, CancellationToken cancellation) =>
        (await _slack.CallAsync("chat.postMessage", In(_channel, SlackMessage.Of(message), null), cancellation)).Result;

    private static JsonObject In(string channel, JsonObject message, string? thread)
    {
        message["channel"] = channel;
        message["unfurl_links"] = false;
        message["unfurl_media"] = false;
        if (thread is not null)
        {
            message["thread_ts"] = thread;
        }

        return message;
    }
}
