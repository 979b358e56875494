using System.Text.RegularExpressions;

namespace AuditWatch.Notifications.Slack;

/// <summary>Which message begins a conversation.</summary>
/// <param name="Channel">The channel's id.</param>
/// <param name="Timestamp">What Slack tells the channel's messages by.</param>
internal readonly partial record struct SlackReceipt(string Channel, string Timestamp)
{
    /// <summary>The receipt that a notification carries; null if it carries none, or one that is not a bot's.</summary>
    public static SlackReceipt? Parse(string? receipt) =>
        Pattern().Match(receipt ?? "") is { Success: true } match ? new SlackReceipt(match.Groups[1].Value, match.Groups[2].Value) : null;

    /// <summary><c>C0123:1700000000.000100</c>.</summary>
    public override string ToString() => $"{Channel}:{Timestamp}";

    [GeneratedRegex(@"\A([A-Z0-9]{1,40}):([0-9]{1,20}\.[0-9]{1,10})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
