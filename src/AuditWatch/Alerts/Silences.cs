namespace AuditWatch.Alerts;

/// <summary>The silences, those that are over among them until there is no room. Bounded. Not thread-safe.</summary>
internal sealed class Silences
{
    /// <summary>The most silences.</summary>
    public const int Capacity = 10_000;

    private readonly Dictionary<string, Silence> _all = new(StringComparer.Ordinal);

    /// <summary>All of them; those that start first, first.</summary>
    public IReadOnlyList<Silence> All => [.. _all.Values.OrderBy(silence => silence.StartsAt).ThenBy(silence => silence.Id, StringComparer.Ordinal)];

    /// <summary>Adds a silence, or puts it in place of the one of the same id.</summary>
    /// <param name="silence">The silence, with which nothing is wrong.</param>
    /// <param name="now">The time.</param>
    /// <param name="forgotten">The silence that made room, because it has been over for longest; null if there was room.</param>
    /// <returns>Whether it was added; it was not if there are <see cref="Capacity"/> others and none is over.</returns>
    public bool TryAdd(Silence silence, DateTimeOffset now, out Silence? forgotten)
    {
        forgotten = null;
        if (_all.Count >= Capacity && !_all.ContainsKey(silence.Id))
        {
            forgotten = _all.Values.Where(other => other.StateAt(now) == SilenceState.Expired && other.Configured is null).MinBy(other => other.EndsAt);
            if (forgotten is null)
            {
                return false;
            }

            _all.Remove(forgotten.Id);
        }

        _all[silence.Id] = silence;
        return true;
    }

    /// <summary>Puts these of the configuration in the place of those that stood there before, whatever room others leave: they are bounded where they are read.</summary>
    public void Configure(IReadOnlyList<Silence> configured)
    {
        foreach (var gone in _all.Values.Where(silence => silence.Configured is not null).ToList())
        {
            _all.Remove(gone.Id);
        }

        foreach (var silence in configured)
        {
            _all[silence.Id] = silence;
        }
    }

    /// <summary>Ends a silence now. One that has not started yet never does.</summary>
    /// <param name="id">The silence.</param>
    /// <param name="now">The time.</param>
    /// <param name="problem">Why it cannot be ended, for a person.</param>
    /// <returns>The silence as it now is; null if it cannot be ended.</returns>
    public Silence? Expire(string id, DateTimeOffset now, out string problem)
    {
        problem = !_all.TryGetValue(id, out var silence) ? $"there is no silence '{id}'"
            : silence.Configured is { } place ? $"the silence '{id}' stands in the configuration, at {place}: take it out there"
            : silence.StateAt(now) == SilenceState.Expired ? $"the silence '{id}' is over already, since {silence.EndsAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC"
            : "";
        return problem.Length > 0 ? null : _all[id] = silence! with { StartsAt = silence.StartsAt < now ? silence.StartsAt : now, EndsAt = now };
    }

    /// <summary>The silences because of which nobody is to be told of an alert.</summary>
    public IReadOnlyList<Silence> ActiveFor(Alert alert, DateTimeOffset now) =>
        [.. _all.Values.Where(silence => silence.StateAt(now) == SilenceState.Active && silence.Matchers.Matches(alert))];
}
