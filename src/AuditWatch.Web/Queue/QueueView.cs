using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.Web.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace AuditWatch.Web.Queue;

/// <summary>What the first page shows: the alerts that its address asks for, and how things stand. Immutable.</summary>
public sealed record QueueView
{
    private const int PageSize = 100;
    private const int MostIncidents = 20;
    private const int Shift = 8;

    /// <summary>The parameters of the address that narrow the list, as they are written there.</summary>
    public required IReadOnlyDictionary<string, string> Filters { get; init; }

    /// <summary>What is wrong with the address, for a person; then there are no alerts.</summary>
    public required IReadOnlyList<string> Errors { get; init; }

    /// <summary>The alerts of this page.</summary>
    public IReadOnlyList<Alert> Alerts { get; init; } = [];

    /// <summary>Who was told of them, by id.</summary>
    public IReadOnlyDictionary<string, AlertTelling> Tellings { get; init; } = new Dictionary<string, AlertTelling>();

    /// <summary>Where the next page begins; null if this is the last.</summary>
    public string? Next { get; init; }

    /// <summary>How many alerts nobody has closed, by level, the most severe first.</summary>
    public required IReadOnlyList<(Level Level, int Open, int Acknowledged)> Standing { get; init; }

    /// <summary>When the alerts that are in memory were raised: a day, in half hours.</summary>
    public required IReadOnlyList<HistogramBar> Histogram { get; init; }

    /// <summary>The incidents that are not closed, the gravest first, at most 20; none where the list is narrowed.</summary>
    public IReadOnlyList<Incident> Incidents { get; init; } = [];

    /// <summary>How many open alerts there are that were opened since the person looked last.</summary>
    public required int News { get; init; }

    /// <summary>What this shift leaves to the next.</summary>
    public required Handover Handover { get; init; }

    /// <summary>The level of the most severe alert that nobody has; null if there is none.</summary>
    public Level? Worst => Standing.Where(one => one.Open > 0).Select(one => (Level?)one.Level).FirstOrDefault();

    /// <summary>What there is to see.</summary>
    /// <exception cref="IOException">The state cannot be read.</exception>
    internal static QueueView Read(Seen seen, IQueryCollection query, PageContext context, Func<Alert, DateTimeOffset> quietAt)
    {
        var said = Said(query);
        var asked = new AlertQuery(said);
        var (alerts, next) = asked.Errors.Count > 0 ? ([], null) : seen.History.Search(asked.Search with { Limit = PageSize });
        var snapshot = seen.Snapshot;
        var counts = snapshot.Alerts.Values.CountBy(alert => (alert.Level, alert.Status)).ToDictionary();
        return new QueueView
        {
            Filters = FiltersOf(said),
            Errors = asked.Errors,
            Alerts = alerts,
            Tellings = seen.History.TellingsOf([.. alerts.Select(alert => alert.Id)]),
            Incidents = said.Count > 0 ? [] : [.. snapshot.GravestIncidents.Where(incident => incident.Status != AlertStatus.Closed).Take(MostIncidents)],
            Next = next?.ToString(),
            Standing = [.. Enum.GetValues<Level>().OrderDescending().Select(level => (level, counts.GetValueOrDefault((level, AlertStatus.Open)), counts.GetValueOrDefault((level, AlertStatus.Acknowledged))))],
            Histogram = HistogramBar.Of(snapshot.Alerts.Values, context.Now),
            Handover = Handover.Of(snapshot, Shift, context.Now, quietAt),
            News = snapshot.Alerts.Values.Count(alert => alert.Status == AlertStatus.Open && alert.OpenedAt > context.LastLook),
        };
    }

    /// <summary>What of a query says something: a form sends its empty fields, too.</summary>
    internal static QueryCollection Said(IQueryCollection query) => new(query.Where(pair => pair.Value.ToString().Length > 0)
        .ToDictionary(pair => pair.Key, pair => pair.Key is "since" or "until" && pair.Value is [{ } time] ? new StringValues(FormTime.Read(time)) : pair.Value));

    /// <summary>What makes the view, whichever page of it is asked for.</summary>
    internal static IReadOnlyDictionary<string, string> FiltersOf(QueryCollection said) =>
        said.Where(pair => pair.Key != "after").ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);

    /// <summary>The address of the same list, narrowed by one value more, another one or, where it is null, one less; from its beginning.</summary>
    public string With(string name, string? value)
    {
        var filters = Filters.ToDictionary(StringComparer.Ordinal);
        filters.Remove(name);
        if (value is { Length: > 0 })
        {
            filters[name] = value;
        }

        return Address(filters);
    }

    /// <summary>The address of the same list, narrowed to the hour of a time.</summary>
    public string WithHourOf(DateTimeOffset time)
    {
        var hour = new DateTimeOffset(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
        return Address(Filters.Where(pair => pair.Key is not ("since" or "until")).Append(KeyValuePair.Create("since", SilenceTime.Write(hour))).Append(KeyValuePair.Create("until", SilenceTime.Write(hour.AddHours(1)))));
    }

    /// <summary>The address of the next page.</summary>
    public string NextPage => Address(Filters.Append(new KeyValuePair<string, string>("after", Next ?? "")));

    /// <summary>The address of the page that deals with all of the view.</summary>
    public string WholeAddress => Address(Filters, "alerts/all");

    private static string Address(IEnumerable<KeyValuePair<string, string>> filters, string page = "./") =>
        QueryHelpers.AddQueryString(page, filters.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value)));
}
