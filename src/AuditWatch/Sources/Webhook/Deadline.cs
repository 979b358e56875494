namespace AuditWatch.Sources.Webhook;

/// <summary>Limits the total time of several operations; the time between them does not count. Not thread-safe.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly TimeSpan _time;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _passed;
    private readonly CancellationTokenSource _either;
    private TimeSpan _left;

    /// <summary>Begins with all of the time.</summary>
    /// <param name="time">How long.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="aborted">Ends everything.</param>
    public Deadline(TimeSpan time, TimeProvider clock, CancellationToken aborted)
    {
        (_time, _left, _clock) = (time, time, clock);
        _passed = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_passed.Token, aborted);
    }

    /// <summary>Whether the time has run out.</summary>
    public bool HasPassed => _passed.IsCancellationRequested;

    /// <summary>Gives all of the time again.</summary>
    public void Reset() => _left = _time;

    /// <summary>Does something within what is left of the time.</summary>
    /// <exception cref="OperationCanceledException">The time has run out, or everything was ended.</exception>
    public async ValueTask<T> LimitAsync<T>(Func<CancellationToken, ValueTask<T>> act)
    {
        var began = _clock.GetTimestamp();
        _passed.CancelAfter(_left > TimeSpan.Zero ? _left : TimeSpan.Zero);
        try
        {
            return await act(_either.Token).ConfigureAwait(false);
        }
        finally
        {
            _passed.CancelAfter(Timeout.InfiniteTimeSpan);
            _left -= _clock.GetElapsedTime(began);
        }
    }

    /// <inheritdoc cref="LimitAsync{T}"/>
    public async ValueTask LimitAsync(Func<CancellationToken, Task> act) => await LimitAsync(async cancellation =>
    {
        await act(cancellation).ConfigureAwait(false);
        return true;
    }).ConfigureAwait(false);

    /// <inheritdoc/>
    public void Dispose()
    {
        _either.Dispose();
        _passed.Dispose();
    }
}
