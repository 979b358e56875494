using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.Notifications.Rendering;
using AuditWatch.Processing;

namespace AuditWatch.Web.Queue;

/// <summary>What one shift leaves to the next: what is open, who has what, what came and went, and what comes back as long again from now. Immutable.</summary>
public sealed record Handover
{
    /// <summary>How long a shift can be said to be, in hours.</summary>
    public static IReadOnlyList<int> Lengths { get; } = [4, 8, 12, 24];

    // So many of each are named.
    private const int Most = 20;

    // More than these closed within the time, and the memory may have let go of some.
    private const int Certain = 1_000;

    private readonly AlertSnapshot _snapshot;
    private readonly List<Alert> _running;

    private Handover(AlertSnapshot snapshot, int hours, DateTimeOffset now, Func<Alert, DateTimeOffset> quietAt)
    {
        (_snapshot, Hours, At) = (snapshot, hours, now);
        var (since, soon) = (now.AddHours(-hours), now.AddHours(hours));
        _running = [.. snapshot.Alerts.Values.Where(alert => alert.Status != AlertStatus.Closed).OrderByDescending(alert => alert.Level).ThenBy(alert => alert.OpenedAt)];
        var closed = snapshot.Alerts.Values.Where(alert => alert.Status == AlertStatus.Closed).ToList();
        Open = [.. _running.Where(alert => alert.Status == AlertStatus.Open)];
        Taken = [.. _running.Where(alert => alert.Status == AlertStatus.Acknowledged).GroupBy(alert => alert.AcknowledgedBy ?? "").OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)];
        Came = [.. snapshot.Alerts.Values.Where(alert => alert.OpenedAt > since)];
        Closed = [.. closed.Where(alert => alert.ChangedAt > since)];
        IsAtLeast = closed.Count >= Certain && Closed.Count == closed.Count;
        Ending = [.. snapshot.Silences.Where(silence => silence.StateAt(now) == SilenceState.Active && silence.EndsAt <= soon).OrderBy(silence => silence.EndsAt)];
        Lapsing = [.. _running.Where(alert => alert.Status == AlertStatus.Acknowledged && quietAt(alert) <= soon)];
    }

    /// <summary>How long the shift was, in hours.</summary>
    public int Hours { get; }

    /// <summary>When it ends.</summary>
    public DateTimeOffset At { get; }

    /// <summary>The alerts that nobody has, the most severe first.</summary>
    public IReadOnlyList<Alert> Open { get; }

    /// <summary>The alerts that somebody has, by who it is.</summary>
    public IReadOnlyList<IGrouping<string, Alert>> Taken { get; }

    /// <summary>The alerts that came.</summary>
    public IReadOnlyList<Alert> Came { get; }

    /// <summary>The alerts that were closed.</summary>
    public IReadOnlyList<Alert> Closed { get; }

    /// <summary>Whether more came and were closed than is remembered.</summary>
    public bool IsAtLeast { get; }

    /// <summary>The silences that end, the next first.</summary>
    public IReadOnlyList<Silence> Ending { get; }

    /// <summary>The acknowledged alerts that close by themselves if nothing more happens: if it happens later, they are news again.</summary>
    public IReadOnlyList<Alert> Lapsing { get; }

    /// <summary>The handover as things stand.</summary>
    /// <param name="snapshot">How they stand.</param>
    /// <param name="hours">How long the shift was.</param>
    /// <param name="now">The time.</param>
    /// <param name="quietAt">When an alert closes by itself.</param>
    public static Handover Of(AlertSnapshot snapshot, int hours, DateTimeOffset now, Func<Alert, DateTimeOffset> quietAt) => new(snapshot, hours, now, quietAt);

    /// <summary>It in a line.</summary>
    public string Line => string.Create(CultureInfo.InvariantCulture,
        $"{Open.Count:N0} open, {Taken.Sum(who => who.Count()):N0} taken{Names}; in the last {Hours} h {AtLeast}{Came.Count:N0} came and {AtLeast}{Closed.Count:N0} were closed; {Ending.Count + Lapsing.Count:N0} come back within {Hours} h.");

    /// <summary>It as a text to send to somebody: plain, with what events say made harmless.</summary>
    public string Text => string.Join('\n', Lines());

    private string Names => Taken.Count == 0 ? "" : $" ({string.Join(", ", Taken.Take(3).Select(who => $"{Name(who.Key)} {who.Count()}"))}{(Taken.Count > 3 ? ", ..." : "")})";

    private string AtLeast => IsAtLeast ? "at least " : "";

    private IEnumerable<string> Lines()
    {
        yield return $"Handover at {Clock(At)}, of the last {Hours} hours";
        yield return "";
        yield return Open.Count == 0 ? "Nobody has to take anything on." : $"Nobody has {ByLevel(Open)}:";
        foreach (var line in Listed(Open, One))
        {
            yield return line;
        }

        foreach (var who in Taken)
        {
            yield return $"{Name(who.Key)} has {ByLevel([.. who])}, the oldest for {Age.Of(who.Min(alert => alert.OpenedAt), At)}:";
            foreach (var line in Listed([.. who], One))
            {
                yield return line;
            }
        }

        var stories = _snapshot.GravestIncidents.Where(incident => incident.Status != AlertStatus.Closed).ToList();
        yield return stories.Count == 0 ? "No story is open." : $"{(stories.Count == 1 ? "1 open story" : $"{stories.Count} open stories")}:";
        foreach (var line in Listed(stories, Story))
        {
            yield return line;
        }

        yield return "";
        yield return $"Came: {AtLeast}{ByLevel(Came)}.";
        yield return $"Closed: {AtLeast}{Counted.Of(Closed.Count, "alert")}{Reasons()}.";
        yield return "";
        yield return Ending.Count + Lapsing.Count == 0 ? $"Nothing comes back within {Hours} hours." : $"Comes back within {Hours} hours:";
        foreach (var line in Listed(Ending, silence => $"silence {silence.Id} ends at {Clock(silence.EndsAt)} and hides {Counted.Of(_running.Count(silence.Matchers.Matches), "alert")} now: {Said(silence.Matchers.ToString(), 200)} ({Name(silence.CreatedBy)}: {Said(silence.Comment, 100)})"))
        {
            yield return line;
        }

        foreach (var line in Listed(Lapsing, alert => $"{alert.Level.Word()} {alert.Id} of {Name(alert.AcknowledgedBy ?? "")} closes by itself unless something happens: {Summary(alert)}"))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Listed<T>(IReadOnlyCollection<T> all, Func<T, string> line) =>
        all.Take(Most).Select(one => $"- {line(one)}").Concat(all.Count > Most ? [$"- and {all.Count - Most} more"] : Array.Empty<string>());

    private string One(Alert alert) => $"{alert.Level.Word()} {alert.Id}, for {Age.Of(alert.OpenedAt, At)}: {Summary(alert)}";

    private static string Story(Incident incident) => $"{incident.Level.Word()} {incident.Id}{(incident.Assignee is { } who ? $", {Name(who)} has it" : "")}: {Said(incident.Title, 160)}";

    private static string Summary(Alert alert) => Said(MessageLine.SummaryOf(alert), 160);

    // People's own words are not counted by.
    private string Reasons() => Closed.Count == 0 ? "" : $" ({string.Join(", ", Closed.CountBy(alert => alert.ClosedBy is null ? "by themselves"
        : CloseReasons.Words.FirstOrDefault(word => alert.CloseReason == word || alert.CloseReason?.StartsWith($"{word}:", StringComparison.Ordinal) == true) ?? "dealt with").OrderByDescending(one => one.Value).ThenBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Value} {one.Key}"))})";

    private static string ByLevel(IReadOnlyCollection<Alert> alerts) => alerts.Count == 0 ? Counted.Of(0, "alert")
        : string.Join(", ", alerts.CountBy(alert => alert.Level).OrderByDescending(one => one.Key).Select(one => $"{one.Value} {one.Key.Word()}"));

    private static string Name(string who) => who.Length > 0 ? Said(who, 60) : "somebody";

    private static string Said(string text, int most) => DisplayText.Of(text, most);

    private static string Clock(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
