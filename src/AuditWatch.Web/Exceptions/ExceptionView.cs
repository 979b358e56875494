using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.Processing;
using AuditWatch.RuleTesting;
using AuditWatch.State;
using AuditWatch.Web.Access;

namespace AuditWatch.Web.Exceptions;

/// <summary>A filter that would have kept an alert from being raised, and what else it would have left out. Immutable.</summary>
public sealed record ExceptionView
{
    /// <summary>How far back it is looked at what it would have left out.</summary>
    public static readonly TimeSpan Past = TimeSpan.FromDays(30);

    // The latest of those days' alerts of a detection: more of them would take seconds to read.
    private const int MostPast = 5_000;
    private const int Page = 1_000;

    /// <summary>The alert.</summary>
    public required Alert Alert { get; init; }

    /// <summary>Why there is no filter, for a person; null if there is one.</summary>
    public string? Problem { get; init; }

    /// <summary>What its file is called, without an ending.</summary>
    public string Name { get; init; } = "";

    /// <summary>The filter.</summary>
    public string Text { get; init; } = "";

    /// <summary>Its tests.</summary>
    public string Tests { get; init; } = "";

    /// <summary>The alerts of the detection that it would have left out, the latest first.</summary>
    public IReadOnlyList<Alert> Covered { get; init; } = [];

    /// <summary>Of how many.</summary>
    public int Of { get; init; }

    /// <summary>Whether only the latest were looked at.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Those that somebody has closed as an attack: it would have hidden these.</summary>
    public IReadOnlyList<Alert> Attacks => [.. Covered.Where(alert => alert.CloseReason?.StartsWith(CloseReason.TruePositive.Word(), StringComparison.Ordinal) == true)];

    /// <summary>The filter for an alert.</summary>
    /// <exception cref="IOException">The state cannot be read.</exception>
    internal static ExceptionView Read(AuditWatchService service, Seen seen, Alert alert, DateTimeOffset now)
    {
        var view = new ExceptionView { Alert = alert };
        if (service.Detections.Running.Find(alert.Detection.Name) is not { } rule)
        {
            return view with { Problem = "The detection that raised it runs no more." };
        }

        if (rule.Search is null)
        {
            return view with { Problem = $"{rule.Name} rests on what other detections find: write the exception for one of their alerts." };
        }

        if (ExceptionDraft.Of(alert, out var problem) is not { } draft)
        {
            return view with { Problem = problem };
        }

        var past = new List<Alert>();
        AlertCursor? next = null;
        do
        {
            (var page, next) = seen.History.Search(new AlertSearch { Detection = rule.Name, Since = now - Past, Limit = Page, After = next });
            past.AddRange(page);
        }
        while (next is not null && past.Count < MostPast);

        return view with { Name = draft.Name, Text = draft.Text(), Tests = draft.Tests(service.Detections.Running), Covered = [.. past.Where(draft.Covers)], Of = past.Count, IsPartial = next is not null };
    }
}
