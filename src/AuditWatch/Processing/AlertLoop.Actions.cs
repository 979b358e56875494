using AuditWatch.Alerts;
using AuditWatch.Incidents;
using AuditWatch.Monitoring;
using AuditWatch.State;

namespace AuditWatch.Processing;

// What people do.
public sealed partial class AlertLoop
{
    /// <summary>Somebody takes an open alert on.</summary>
    /// <param name="id">The alert's id.</param>
    /// <param name="by">Who, as they call themselves.</param>
    /// <returns>Whether there is such an open alert. Completes when it is durable.</returns>
    public async Task<bool> AcknowledgeAsync(string id, string by) => (await MakeAsync(_ => OneOrNone(_book.Acknowledge(id, by)))).Count > 0;

    /// <summary>Somebody gives an alert to somebody, who has it from now on.</summary>
    /// <param name="id">The alert's id.</param>
    /// <param name="by">Who gives it, as they call themselves.</param>
    /// <param name="to">Who has it.</param>
    /// <returns>Whether there is such an alert that is not closed. Completes when it is durable.</returns>
    public async Task<bool> AssignAsync(string id, string by, string to) => (await MakeAsync(changes =>
    {
        var change = _book.Assign(id, to);
        if (change is { } made)
        {
            new AlertEvent(id, made.Alert.ChangedAt, "assigned", by) { Note = $"to {to}" }.AddTo(changes);
        }

        return OneOrNone(change);
    })).Count > 0;

    /// <summary>Somebody closes an alert.</summary>
    /// <param name="id">The alert's id.</param>
    /// <param name="by">Who, as they call themselves.</param>
    /// <param name="reason">Why, for people. Default: that somebody has dealt with it.</param>
    /// <returns>Whether there is such an alert that was not closed. Completes when it is durable.</returns>
    public async Task<bool> CloseAsync(string id, string by, string reason = AlertBook.Dealt) => (await MakeAsync(_ => OneOrNone(_book.Close(id, by, reason)))).Count > 0;

    /// <summary>Somebody adds a note to an alert's history. It changes nothing else.</summary>
    /// <param name="id">The id of an alert that the state keeps.</param>
    /// <param name="by">Who, as they call themselves.</param>
    /// <param name="note">The note.</param>
    /// <returns>Completes when it is durable.</returns>
    public Task NoteAsync(string id, string by, string note) => MakeAsync(changes =>
    {
        new AlertEvent(id, _time.GetUtcNow(), "noted", by) { Note = note }.AddTo(changes);
        return [];
    });

    /// <summary>Somebody deals with an incident.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="action">What they do.</param>
    /// <returns>What comes of it: the incident, of a split the new one. Or why it cannot be done, for a person. Completes when it is durable.</returns>
    public async Task<(Incident? Incident, string? Problem)> DoAsync(string id, IncidentAction action)
    {
        string? problem = null;
        IReadOnlyList<string> alerts = [];
        await MakeAsync(_ =>
        {
            alerts = _incidents.Do(id, action, Now(), out problem);
            return problem is not null ? [] : action switch
            {
                IncidentAction.Acknowledge => [.. alerts.Select(alert => _book.Acknowledge(alert, action.By)).OfType<AlertChange>()],
                IncidentAction.Close close => [.. alerts.Select(alert => _book.Close(alert, action.By, IncidentBook.Said(close))).OfType<AlertChange>()],
                _ => [],
            };
        });
        return problem is not null ? (null, problem) : (_snapshot.IncidentOfAlert(alerts[0]), null);
    }

    /// <summary>Somebody silences alerts.</summary>
    /// <param name="silence">The silence, with which nothing is wrong.</param>
    /// <returns>Whether there was room for it. Completes when it is durable.</returns>
    public async Task<bool> AddAsync(Silence silence)
    {
        var isAdded = false;
        await MakeAsync(changes =>
        {
            isAdded = _silences.TryAdd(silence, _time.GetUtcNow(), out var forgotten);
            SilencesChanged(isAdded ? silence : null, forgotten, changes);
            return [];
        });
        return isAdded;
    }

    /// <summary>Somebody ends a silence.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>Why it cannot be ended, for a person; null if it is. Completes when that is durable.</returns>
    public async Task<string?> ExpireAsync(string id)
    {
        string? problem = null;
        await MakeAsync(changes =>
        {
            var expired = _silences.Expire(id, _time.GetUtcNow(), out var why);
            SilencesChanged(expired, forgotten: null, changes);
            problem = expired is null ? why : null;
            return [];
        });
        return problem;
    }

    /// <summary>Somebody has a source no longer watched.</summary>
    /// <param name="watch">The watch.</param>
    /// <param name="id">The source's id.</param>
    /// <param name="by">Who, as they call themselves.</param>
    /// <returns>Why it cannot be forgotten, for a person; null if it is. Completes when that is durable.</returns>
    internal async Task<string?> ForgetAsync(SourceWatch watch, string id, string by)
    {
        string? problem = null;
        await MakeAsync(changes => [.. watch.Forget(id, changes, out problem).Select(finding => _book.CloseLike(finding, AlertBook.Forgotten, by)).OfType<AlertChange>()]);
        return problem;
    }

    private void SilencesChanged(Silence? changed, Silence? forgotten, StateChanges changes)
    {
        SilenceRecords.Save(changed, forgotten, changes);
        _snapshot = _snapshot with { Silences = _silences.All };
    }

    private static AlertChange[] OneOrNone(AlertChange? change) => change is { } made ? [made] : [];
}
