using System.Text;
using AuditWatch.Detection;

namespace AuditWatch.Alerts;

/// <summary>
/// Bounds what one alert takes, whatever its events hold: the bytes of its texts in UTF-8. What it keeps of its detection is not counted: that is shared, and written by whom we trust.
/// </summary>
internal static class AlertSize
{
    /// <summary>The most bytes of an alert.</summary>
    public const int MaxBytes = 16 * 1024;

    // How long a text may be, in bytes, while the alert is too large: further requests go before texts become very short.
    private static readonly int[] Limits = [512, 256, 96];

    /// <summary>The bytes of an alert.</summary>
    public static int Of(Alert alert)
    {
        var bytes = Of(alert.Summary) + Of(alert.Actor) + Of(alert.Cluster);
        foreach (var (field, value) in alert.Dedup)
        {
            bytes += Of(field) + Of(value);
        }

        foreach (var clause in alert.Why)
        {
            bytes += Of(clause);
        }

        foreach (var update in alert.Updates)
        {
            bytes += Of(update.Field) + Of(update.Value);
        }

        foreach (var request in alert.Requests)
        {
            bytes += Of(request);
        }

        return bytes;
    }

    /// <summary>Whether an alert has the texts of another, the very same ones, and so takes as much. It may be so even if this is false.</summary>
    public static bool IsOf(Alert alert, Alert other) =>
        ReferenceEquals(alert.Requests, other.Requests) && ReferenceEquals(alert.Updates, other.Updates) && ReferenceEquals(alert.Why, other.Why)
        && ReferenceEquals(alert.Summary, other.Summary) && ReferenceEquals(alert.Dedup, other.Dedup);

    /// <summary>The alert, with less of its evidence if it is too large: texts are cut and end in <c>…</c>, and requests between the first and the latest go, then the last clauses and the oldest updates.</summary>
    public static Alert Fit(Alert alert)
    {
        if (Of(alert) <= MaxBytes)
        {
            return alert;
        }

        foreach (var limit in Limits)
        {
            alert = Cut(alert, limit);
            var over = Of(alert) - MaxBytes;
            var requests = alert.Requests.ToList();
            while (over > 0 && requests.Count > 1)
            {
                // The first and the latest stay for longest.
                var place = Math.Max(1, requests.Count - 2);
                over -= Of(requests[place]);
                requests.RemoveAt(place);
            }

            alert = alert with { Requests = requests };
            if (over <= 0)
            {
                return alert;
            }
        }

        return alert with { Why = [.. alert.Why.Take(10)], Updates = [.. alert.Updates.TakeLast(20)], Dedup = [.. alert.Dedup.Take(20)] };
    }

    private static Alert Cut(Alert alert, int limit) => alert with
    {
        Summary = Cut(alert.Summary, 2 * limit)!,
        Actor = Cut(alert.Actor, limit)!,
        Cluster = Cut(alert.Cluster, limit)!,
        Dedup = [.. alert.Dedup.Select(pair => KeyValuePair.Create(pair.Key, Cut(pair.Value, limit)!))],
        Why = [.. alert.Why.Select(clause => Cut(clause, limit)!)],
        Updates = [.. alert.Updates.Select(update => update with { Value = Cut(update.Value, limit)! })],
        Requests = [.. alert.Requests.Select(request => request.Cut(text => Cut(text, limit)))],
    };

    private static int Of(RequestSnapshot request)
    {
        var reference = request.ObjectRef;
        return request.AuditIdBytes + Of(request.RequestUri) + Of(request.User) + Of(request.ImpersonatedUser) + Of(request.ClientIP) + Of(request.UserAgent) + Of(request.Reason) + Of(request.Command)
            + Of(request.Verb) + Of(request.Stage) + Of(reference?.ApiGroup) + Of(reference?.Resource) + Of(reference?.Subresource) + Of(reference?.Namespace) + Of(reference?.Name) + Of(request.RelatedText) + Of(request.ChangesText);
    }

    private static int Of(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);

    /// <summary>The text, or its beginning and <c>…</c>, in at most so many bytes of UTF-8.</summary>
    internal static string? Cut(string? text, int bytes)
    {
        if (text is null || text.Length * 3 <= bytes || Of(text) <= bytes)
        {
            return text;
        }

        var left = bytes - Of("…");
        var end = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            left -= rune.Utf8SequenceLength;
            if (left < 0)
            {
                break;
            }

            end += rune.Utf16SequenceLength;
        }

        return $"{text.AsSpan(0, end)}…";
    }
}
