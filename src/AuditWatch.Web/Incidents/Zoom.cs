using AuditWatch.Alerts;

namespace AuditWatch.Web.Incidents;

/// <summary>What a timeline shows of the time that alerts took, and what leads to other parts of it. Immutable.</summary>
public sealed record Zoom
{
    /// <summary>How many parts the time that is shown is divided into, where it is longer than as many seconds.</summary>
    public const int MostParts = 6;

    private Zoom(IReadOnlyList<Alert> all, Stretch whole, Stretch shown, Func<Alert, string> laneOf)
    {
        (Whole, Shown) = (whole, shown);
        Alerts = IsWhole ? all : [.. all.Where(shown.Has)];
        Lanes = Lane.Of(Alerts, shown, laneOf);
    }

    /// <summary>The time that all alerts took.</summary>
    public Stretch Whole { get; }

    /// <summary>What is shown of it.</summary>
    public Stretch Shown { get; }

    /// <summary>Whether that is all of it.</summary>
    public bool IsWhole => Shown == Whole;

    /// <summary>The alerts that are shown, in the order of time.</summary>
    public IReadOnlyList<Alert> Alerts { get; }

    /// <summary>They, in lanes.</summary>
    public IReadOnlyList<Lane> Lanes { get; }

    /// <summary>Why what was asked for is not shown, for a person; null if it is.</summary>
    public string? Problem { get; private init; }

    /// <summary>The middle half; null if there is none.</summary>
    public Stretch? Closer => Shown.Length > TimeSpan.FromSeconds(1) ? Stretch.Of(Shown.From + (Shown.Length / 4), Shown.Length.TotalSeconds / 2) : null;

    /// <summary>Twice as much, as far as there is anything; null if all is shown.</summary>
    public Stretch? Wider => IsWhole ? null : Within(Stretch.Of(Shown.From - (Shown.Length / 2), Shown.Length.TotalSeconds * 2));

    /// <summary>As much before it; null if there is nothing.</summary>
    public Stretch? Earlier => Shown.From > Whole.From ? Stretch.Of(Shown.From - Shown.Length, Shown.Length.TotalSeconds) : null;

    /// <summary>As much behind it; null if there is nothing.</summary>
    public Stretch? Later => Shown.Until < Whole.Until ? Stretch.Of(Shown.Until, Shown.Length.TotalSeconds) : null;

    /// <summary>The time that is shown in equal parts, at least one.</summary>
    public IReadOnlyList<Stretch> Parts
    {
        get
        {
            var seconds = (long)Shown.Length.TotalSeconds;
            var parts = Math.Min(MostParts, seconds);
            return [.. Enumerable.Range(0, (int)parts).Select(part => new Stretch(Shown.From.AddSeconds(part * seconds / parts), Shown.From.AddSeconds((part + 1) * seconds / parts)))];
        }
    }

    /// <summary>What an address asks for.</summary>
    /// <param name="alerts">The alerts, in the order of time, at least one.</param>
    /// <param name="since">The beginning of what is to be shown; null for that of all.</param>
    /// <param name="until">Its end, likewise.</param>
    /// <param name="laneOf">The lane of an alert. Default: its actor's.</param>
    public static Zoom Of(IReadOnlyList<Alert> alerts, string? since = null, string? until = null, Func<Alert, string>? laneOf = null)
    {
        laneOf ??= alert => alert.Actor.Length > 0 ? alert.Actor : "nobody";
        var whole = alerts.Count == 0 ? default : Stretch.Around(alerts.Min(alert => alert.FirstSeen), alerts.Max(alert => alert.LastSeen));
        var (from, to) = (whole.From, whole.Until);
        return (Read("since", since, ref from) ?? Read("until", until, ref to)) is { } problem ? new Zoom(alerts, whole, whole, laneOf) { Problem = problem }
            : from >= to ? new Zoom(alerts, whole, whole, laneOf) { Problem = $"'since' has to be before 'until', and {SilenceTime.Write(from)} is not before {SilenceTime.Write(to)}: all is shown" }
            : new Zoom(alerts, whole, Stretch.Around(from, to), laneOf);
    }

    private static string? Read(string name, string? text, ref DateTimeOffset time) =>
        string.IsNullOrEmpty(text) || SilenceTime.TryParse(text, out time) ? null : $"'{name}' is a time such as 2030-01-31T18:00:00Z, which what stands in the address is not: all is shown";

    private Stretch Within(Stretch wanted)
    {
        var inside = new Stretch(wanted.From < Whole.From ? Whole.From : wanted.From, wanted.Until > Whole.Until ? Whole.Until : wanted.Until);
        return inside.Length > TimeSpan.Zero ? inside : Whole;
    }
}
