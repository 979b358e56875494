using AuditWatch.Alerts;
using AuditWatch.Host.Client;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Host.Commands;

/// <summary>What a silence keeps quiet at the moment.</summary>
internal static class SilenceEffect
{
    /// <summary>In a sentence.</summary>
    public static async Task<string> DescribeAsync(ServiceClient client, Silence silence, CancellationToken cancellation)
    {
        const int shown = 5;
        var hidden = new Dictionary<string, int>(StringComparer.Ordinal);
        await foreach (var listed in AlertPages.ReadAsync(client, "status=open,acknowledged", int.MaxValue, cancellation))
        {
            if (silence.Matchers.Matches(listed.Alert))
            {
                hidden[listed.Alert.Detection.Name] = hidden.GetValueOrDefault(listed.Alert.Detection.Name) + 1;
            }
        }

        var most = hidden.OrderByDescending(one => one.Value).ThenBy(one => one.Key, StringComparer.Ordinal).Take(shown).Select(one => $"{one.Value} of {TerminalText.Neutralise(one.Key)}");
        return hidden.Count == 0 ? "no alert that is open matches it: is it what you meant?"
            : $"{Counted.Of(hidden.Values.Sum(), "open alert")} {(hidden.Values.Sum() == 1 ? "matches" : "match")} it: {string.Join(", ", most)}{(hidden.Count > shown ? " and others" : "")}";
    }
}
