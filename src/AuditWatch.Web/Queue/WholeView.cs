using AuditWatch.Alerts;
using AuditWatch.State;
using AuditWatch.Web.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace AuditWatch.Web.Queue;

/// <summary>Everything that a view of the queue matches, as it stands at one moment, for somebody who deals with all of it at once. Immutable.</summary>
public sealed record WholeView
{
    /// <summary>How many alerts are dealt with at once; of a view with more, the first.</summary>
    public const int Most = 10_000;

    private const int Page = 1_000;

    /// <summary>The parameters that make the view, as they are written in its address.</summary>
    public required IReadOnlyDictionary<string, string> Filters { get; init; }

    /// <summary>What is wrong with the address, for a person; then there are no alerts.</summary>
    public required IReadOnlyList<string> Errors { get; init; }

    /// <summary>The ids of the alerts that the person may deal with, in the order of the view.</summary>
    public IReadOnlyList<string> Ids { get; init; } = [];

    /// <summary>How many of them nobody has.</summary>
    public int Open { get; init; }

    /// <summary>How many of them somebody has.</summary>
    public int Acknowledged { get; init; }

    /// <summary>How many of them are closed.</summary>
    public int Closed => Ids.Count - Open - Acknowledged;

    /// <summary>Whether the view has more than <see cref="Most"/>, so that these are its first.</summary>
    public bool IsPartial { get; init; }

    /// <summary>The address of the view itself.</summary>
    public string Address => QueryHelpers.AddQueryString("", Filters.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value)));

    /// <summary>What the view matches now.</summary>
    /// <param name="seen">What the person may deal with.</param>
    /// <param name="query">The parameters of the view.</param>
    /// <exception cref="IOException">The state cannot be read.</exception>
    internal static WholeView Read(Seen seen, IQueryCollection query)
    {
        var said = QueueView.Said(query);
        var asked = new AlertQuery(said);
        var filters = QueueView.FiltersOf(said);
        if (asked.Errors.Count > 0)
        {
            return new WholeView { Filters = filters, Errors = asked.Errors };
        }

        var (statuses, next) = (new OrderedDictionary<string, AlertStatus>(StringComparer.Ordinal), (AlertCursor?)null);
        do
        {
            var (page, after) = seen.History.Search(asked.Search with { Limit = Math.Min(Page, Most - statuses.Count), After = next });
            foreach (var alert in page)
            {
                statuses.TryAdd(alert.Id, alert.Status);
            }

            next = after;
        }
        while (next is not null && statuses.Count < Most);

        return new WholeView
        {
            Filters = filters,
            Errors = [],
            Ids = [.. statuses.Keys],
            Open = statuses.Values.Count(status => status == AlertStatus.Open),
            Acknowledged = statuses.Values.Count(status => status == AlertStatus.Acknowledged),
            IsPartial = next is not null,
        };
    }
}
