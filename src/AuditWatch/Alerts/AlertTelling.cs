namespace AuditWatch.Alerts;

/// <summary>Who has been notified of an alert and when, and what has kept somebody from being notified since, if anything has. Immutable.</summary>
/// <param name="Told">Of each who has been told, the latest time: <c>notified</c>, or <c>digested</c> for one that a digest only counts; in the order of time.</param>
/// <param name="NotTold">What has come between since: <c>silenced</c>, <c>inhibited</c>, <c>muted</c> or <c>undelivered</c>; null for nothing.</param>
public sealed record AlertTelling(IReadOnlyList<AlertEvent> Told, AlertEvent? NotTold)
{
    /// <summary>What the history of an alert, in the order of time, says of it.</summary>
    public static AlertTelling Of(IEnumerable<AlertEvent> history)
    {
        var told = new OrderedDictionary<string, AlertEvent>(StringComparer.Ordinal);
        AlertEvent? notTold = null;
        foreach (var happened in history)
        {
            if (happened.Event is "notified" or "digested")
            {
                told.Remove(happened.Who);
                told[happened.Who] = happened;
                notTold = null;
            }
            else if (happened.Event is "silenced" or "inhibited" or "muted" or "undelivered")
            {
                notTold = happened;
            }
        }

        return new AlertTelling([.. told.Values], notTold);
    }
}
