using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Notifications.Rendering;

/// <summary>The facts of an alert, in the order a person asks for them.</summary>
internal static class MessageFacts
{
    private const int Limit = 600;

    /// <summary>The facts that are known; at most twelve.</summary>
    public static IReadOnlyList<Fact> Of(Alert alert, TimeZoneInfo zone)
    {
        var requests = alert.Requests;
        (string Name, string Value)[] facts =
        [
            ("Actor", alert.Actor),
            ("Identity", Several(requests, request => request.CloudIdentity)),
            ("Impersonation", Several(requests, request => string.IsNullOrEmpty(request.ImpersonatedUser) ? null : $"{request.User} acted as {request.ImpersonatedUser}")),
            ("Action", Several(requests, request => $"{request.Verb} {request.ObjectRef?.ToString() ?? request.RequestUri}".Trim())),
            ("Command", Several(requests, request => request.Command)),
            ("From", Several(requests, request => request.ClientIP)),
            ("Client", Several(requests, request => request.UserAgent)),
            ("Outcome", Several([.. requests.OrderBy(request => request.Time)], Outcome, ", then ")),
            ("Reason", Several(requests, request => request.Reason)),
            ("Values", Values(alert)),
            ("Count", Count(alert, zone)),
            ("Cluster", alert.Cluster),
        ];
        return [.. facts.Where(fact => !string.IsNullOrWhiteSpace(fact.Value)).Select(fact => new Fact(fact.Name, DisplayText.Of(fact.Value, Limit)))];
    }

    // The different values among the requests. One is the rule; of a burst, three give the picture.
    private static string Several(IReadOnlyList<RequestSnapshot> requests, Func<RequestSnapshot, string?> value, string separator = ", ")
    {
        const int shown = 3;
        var values = requests.Select(value).Where(text => !string.IsNullOrEmpty(text)).Distinct().ToList();
        var several = string.Join(separator, values.Take(shown).Select(text => DisplayText.Of(text, values.Count == 1 ? Limit : Limit / 4)));
        return values.Count > shown ? $"{several} and more" : several;
    }

    // Where findings of one alert differ: of each such field the values, the latest first.
    private static string Values(Alert alert)
    {
        const int shown = 5;
        var several = alert.Updates.GroupBy(update => update.Field).Where(field => field.Count() > 1 || alert.Requests.Count == 0 || field.Key is "binding.role" or "binding.subjects" or "detection");
        return string.Join("; ", several.Select(field =>
        {
            var values = field.Where(update => update.Value.Length > 0).Reverse().ToList();
            var more = values.Count > shown || field.Any(update => update.Value.Length == 0) ? " and more" : "";
            return $"{field.Key}: {string.Join(", ", values.Take(shown).Select(Value))}{more}";
        }));
    }

    private static string Value(AlertUpdate update) =>
        update.Count == 1 ? DisplayText.Of(update.Value, 80) : string.Create(CultureInfo.InvariantCulture, $"{update.Count} × {DisplayText.Of(update.Value, 80)}");

    private static string Outcome(RequestSnapshot request) =>
        request.Code is { } code ? string.Create(CultureInfo.InvariantCulture, $"{request.Outcome} ({code})").TrimStart() : request.Outcome;

    private static string Count(Alert alert, TimeZoneInfo zone)
    {
        var (first, last) = (In(zone, alert.FirstSeen), In(zone, alert.LastSeen));
        return alert.Count == 1 ? $"once, at {first}"
            : first == last ? string.Create(CultureInfo.InvariantCulture, $"{alert.Count} times, at {first}")
            : string.Create(CultureInfo.InvariantCulture, $"{alert.Count} times since {first}, last at {last}");
    }

    /// <summary>A time with its zone.</summary>
    public static string In(TimeZoneInfo zone, DateTimeOffset time) =>
        TimeZoneInfo.ConvertTime(time, zone).ToString(zone.Equals(TimeZoneInfo.Utc) ? "yyyy-MM-dd HH:mm:ss 'UTC'" : "yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);
}
