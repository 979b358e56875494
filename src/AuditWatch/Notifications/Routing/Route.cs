using AuditWatch.Alerts;

namespace AuditWatch.Notifications.Routing;

/// <summary>
/// A node of the tree that says who is told of which alerts, with the settings it inherits already in place. As in Alertmanager: an alert goes
/// down to the first child that matches, and past it if that says <c>continue</c>; where no child matches, the node itself gets it.
/// What a node does not say it inherits, but for its time intervals. Immutable and thread-safe.
/// </summary>
public sealed record Route
{
    /// <summary>In <see cref="GroupBy"/>, by itself: every alert is a group of its own.</summary>
    public const string EachAlert = "...";

    /// <summary>In <see cref="GroupBy"/>: the incident that an alert belongs to. One of none is a group of its own.</summary>
    public const string Incident = "incident";

    /// <summary>What identifies the node: its matchers after those of its parents, as in <c>{}/{level="high"}</c>, with <c>#2</c> behind the second
    /// of equal siblings. Other nodes may come and go without changing it.</summary>
    public string Path { get; init; } = Matchers.None.ToString();

    /// <summary>The name of who is told.</summary>
    public required string Receiver { get; init; }

    /// <summary>What alerts have to meet. The root has none.</summary>
    public Matchers Matchers { get; init; } = Matchers.None;

    /// <summary>Whether siblings after this one get the alert as well.</summary>
    public bool Continue { get; init; }

    /// <summary>The labels, <see cref="Incident"/> among them, by which alerts are put together in one message; none for all in one, <see cref="EachAlert"/> alone, the default, for none with another.</summary>
    public IReadOnlyList<string> GroupBy { get; init; } = [EachAlert];

    /// <summary>How long a new group waits for more alerts before it is told. Default: not at all, unlike Alertmanager's 30 s.</summary>
    public TimeSpan GroupWait { get; init; } = TimeSpan.Zero;

    /// <summary>How long after a message of a group the next one may tell of what is new. Default: 5 minutes.</summary>
    public TimeSpan GroupInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long after a message of a group it is told again with nothing new. Default: 4 hours.</summary>
    public TimeSpan RepeatInterval { get; init; } = TimeSpan.FromHours(4);

    /// <summary>When nothing is sent. Not inherited.</summary>
    public IReadOnlyList<NamedTimeInterval> MuteTimeIntervals { get; init; } = [];

    /// <summary>When something is sent, if there are any; at other times it is not. Not inherited.</summary>
    public IReadOnlyList<NamedTimeInterval> ActiveTimeIntervals { get; init; } = [];

    /// <summary>Who else is told of what nobody has acknowledged in time: routes of their own, made by <see cref="Escalating"/>. Not inherited.</summary>
    public IReadOnlyList<Route> Escalate { get; init; } = [];

    /// <summary>Of a route that another one escalates to, from whom and after how long; null for any other.</summary>
    public Escalation? Escalation { get; init; }

    /// <summary>The children, in their order.</summary>
    public IReadOnlyList<Route> Routes { get; init; } = [];

    /// <summary>The nodes whose receivers are told of an alert, in their order; none if this node does not match. Never none for a root.</summary>
    public IReadOnlyList<Route> Match(Alert alert) => Match(label => AlertLabels.ValuesOf(alert, label));

    /// <summary>The nodes whose receivers are told of an alert with these labels.</summary>
    /// <param name="valuesOf">The values of a label; none for one without.</param>
    public IReadOnlyList<Route> Match(Func<string, IReadOnlyList<string>> valuesOf)
    {
        if (!Matchers.Matches(valuesOf))
        {
            return [];
        }

        var matches = new List<Route>();
        foreach (var child in Routes)
        {
            var below = child.Match(valuesOf);
            matches.AddRange(below);
            if (below.Count > 0 && !child.Continue)
            {
                break;
            }
        }

        return matches.Count > 0 ? matches : [this];
    }

    /// <summary>The route of those who are told of an alert of this one that nobody has acknowledged in time, by the same groups and at the same hours.</summary>
    /// <param name="receiver">Who is told then.</param>
    /// <param name="after">How long after the receiver of this route, more than zero.</param>
    /// <param name="nth">Of several steps to one receiver, which this is, from 1.</param>
    public Route Escalating(string receiver, TimeSpan after, int nth = 1) => this with
    {
        // It does not depend on the time, so that nobody is told again because somebody has changed that.
        Path = nth == 1 ? $"{Path} > {receiver}" : $"{Path} > {receiver}#{nth}",
        Receiver = receiver,
        Escalation = new Escalation(Receiver, after),
        GroupWait = TimeSpan.Zero,
        GroupInterval = TimeSpan.Zero,
        Escalate = [],
        Routes = [],
    };

    /// <summary>This node and all below it, parents first.</summary>
    public IEnumerable<Route> All() => Routes.SelectMany(route => route.All()).Prepend(this);

    /// <summary>Why the node sends nothing at a time, such as <c>in nights</c> or <c>outside office-hours</c>; null if it does.</summary>
    public string? MutedAt(DateTimeOffset time) =>
        MuteTimeIntervals.FirstOrDefault(interval => interval.Contains(time)) is { } mute ? $"in {mute.Name}"
        : ActiveTimeIntervals.Count > 0 && !ActiveTimeIntervals.Any(interval => interval.Contains(time))
            ? $"outside {string.Join(", ", ActiveTimeIntervals.Select(interval => interval.Name))}"
        : null;
}
