namespace AuditWatch.Alerts;

/// <summary>
/// Says which open alert can be spared when there are too many: one of whoever has the most, so that nobody's flood closes the alerts of others; of those one
/// whose requests were all denied before one that was allowed, a mild before a severe one, an old before a new one. Not thread-safe.
/// </summary>
internal sealed class OpenByActor
{
    private readonly Dictionary<string, (string Actor, (int Worth, long Number, string Id) Place)> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<(int Worth, long Number, string Id)>> _of = new(StringComparer.Ordinal);
    private readonly SortedSet<(int Count, string Actor)> _bySize = new(Comparer<(int Count, string Actor)>.Create(
        (a, b) => a.Count != b.Count ? a.Count.CompareTo(b.Count) : string.CompareOrdinal(a.Actor, b.Actor)));

    private long _next;

    /// <summary>The id of the alert that can be spared; null if nobody has more than one.</summary>
    public string? Expendable => _bySize.Count > 0 && _bySize.Max is { Count: > 1 } most ? _of[most.Actor].Min.Id : null;

    /// <summary>Takes in an open alert, or what it has become.</summary>
    public void Put(Alert alert)
    {
        var worth = WorthOf(alert);
        var isKnown = _places.TryGetValue(alert.Id, out var known);
        if (isKnown && known.Place.Worth == worth)
        {
            return;
        }

        Remove(alert.Id);
        var actor = $"{alert.Cluster}\n{alert.Actor}";
        var place = (worth, isKnown ? known.Place.Number : _next++, alert.Id);
        _places[alert.Id] = (actor, place);
        Resize(actor, alerts => alerts.Add(place));
    }

    /// <summary>Removes an alert that is not open any more.</summary>
    public void Remove(string id)
    {
        if (_places.Remove(id, out var known))
        {
            Resize(known.Actor, alerts => alerts.Remove(known.Place));
        }
    }

    private void Resize(string actor, Action<SortedSet<(int, long, string)>> change)
    {
        var alerts = _of.TryGetValue(actor, out var known) ? known : _of[actor] = [];
        _bySize.Remove((alerts.Count, actor));
        change(alerts);
        if (alerts.Count > 0)
        {
            _bySize.Add((alerts.Count, actor));
        }
        else
        {
            _of.Remove(actor);
        }
    }

    /// <summary>How much would be lost with it: allowed requests before denied ones, then the level.</summary>
    internal static int WorthOf(Alert alert)
    {
        const int allowed = 100;
        return (int)alert.Level + (alert.Requests.All(request => request.Outcome == "denied") ? 0 : allowed);
    }
}
