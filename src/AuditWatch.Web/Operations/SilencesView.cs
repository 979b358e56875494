using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.State;
using AuditWatch.Web.Access;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Web.Operations;

/// <summary>The silences, and what one that somebody thinks of would hide. Immutable.</summary>
public sealed record SilencesView
{
    /// <summary>How far back it is looked at what a silence would have hidden.</summary>
    public static readonly TimeSpan Past = TimeSpan.FromDays(30);

    // So many of those days' alerts, the latest: more of them would take seconds to read.
    private const int MostPast = 5_000;
    private const int Page = 1_000;

    // Hiding more than this share of what was raised is likely not meant.
    private const double Broad = 0.25;

    /// <summary>The silences that are not over, and those that were over last, those that end first, first.</summary>
    public required IReadOnlyList<Silence> Silences { get; init; }

    /// <summary>The conditions that the address asks about; empty for none.</summary>
    public required string Matchers { get; init; }

    /// <summary>What is wrong with them, for a person; null if nothing is.</summary>
    public string? Problem { get; init; }

    /// <summary>What is likely not meant by them, in sentences.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The open alerts that it would hide now.</summary>
    public IReadOnlyList<Alert> Now { get; init; } = [];

    /// <summary>How many alerts of <see cref="Past"/> it would have hidden, of how many.</summary>
    public (int Hidden, int Of) Before { get; init; }

    /// <summary>Whether the answer is only about the latest of them.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Whether it would have hidden so much that it is likely not meant.</summary>
    public bool IsBroad => Before.Of >= 20 && Before.Hidden > Broad * Before.Of;

    /// <summary>What there is to see.</summary>
    /// <exception cref="IOException">The state cannot be read.</exception>
    internal static SilencesView Read(Seen seen, DetectionSet detections, IQueryCollection query, DateTimeOffset now)
    {
        var snapshot = seen.Snapshot;
        var view = new SilencesView
        {
            Silences = [.. snapshot.Silences.OrderBy(silence => silence.StateAt(now) == SilenceState.Expired).ThenBy(silence => silence.EndsAt).Take(200)],
            Matchers = query["matchers"].ToString(),
        };
        if (string.IsNullOrWhiteSpace(view.Matchers))
        {
            return view;
        }

        try
        {
            var matchers = AuditWatch.Alerts.Matchers.Parse(view.Matchers);
            var (past, isPartial) = AlertsOf(seen.History, now - Past);
            return view with
            {
                Warnings = [.. UnknownDetections.In(matchers, detections.Rules.Select(rule => rule.Name)).Select(one => one.Text)],
                Now = [.. snapshot.Alerts.Values.Where(alert => alert.Status != AlertStatus.Closed && matchers.Matches(alert)).OrderByDescending(alert => alert.Level).ThenByDescending(alert => alert.LastSeen)],
                Before = (past.Count(matchers.Matches), past.Count),
                IsPartial = isPartial,
            };
        }
        catch (MatcherFormatException problem)
        {
            return view with { Problem = problem.Message };
        }
    }

    private static (List<Alert> Alerts, bool IsPartial) AlertsOf(AlertHistory history, DateTimeOffset since)
    {
        var alerts = new List<Alert>();
        AlertCursor? next = null;
        do
        {
            var (page, after) = history.Search(new AlertSearch { Since = since, Limit = Page, After = next });
            alerts.AddRange(page);
            next = after;
        }
        while (next is not null && alerts.Count < MostPast);

        return (alerts, next is not null);
    }
}
