using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Monitoring;
using AuditWatch.Notifications;

namespace AuditWatch.Processing;

/// <summary>
/// Tells people that the state cannot be written. That alert cannot wait for the state as all others do: it goes straight to the receivers of its routes, but for silences and mute times. Once the
/// state has been writable again for as long, it is closed, and only then put into the history. Not thread-safe.
/// </summary>
/// <param name="routing">Who is told.</param>
/// <param name="problem">Why the state cannot be written at the moment; null if it can.</param>
/// <param name="alerts">Takes the alert when it can be kept.</param>
/// <param name="announce">Delivers a notification to an integration without keeping it.</param>
/// <param name="time">The time.</param>
internal sealed class StateAlarm(Func<AlertRouting> routing, Func<string?> problem, AlertLoop alerts, Action<string, Notification> announce, TimeProvider time)
{
    /// <summary>How long it must be so: a database that is restarted is no alert.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly AlertBook _book = AlertBook.OnWallClock(time);
    private DateTimeOffset? _brokenSince;
    private DateTimeOffset? _wellSince;
    private Finding? _told;

    /// <summary>Looks at how things stand; to be called every few seconds.</summary>
    public async Task CheckAsync()
    {
        var now = time.GetUtcNow();
        if (problem() is { } why)
        {
            _wellSince = null;
            _brokenSince ??= now;
            if (_told is null && now - _brokenSince >= Patience)
            {
                _told = Make(why, _brokenSince.Value, now);
                Announce(_book.Apply([_told])[0].Alert, NotificationKind.Opened, now);
            }

            return;
        }

        _wellSince ??= now;
        if (now - _wellSince < Patience)
        {
            return;
        }

        _brokenSince = null;
        if (_told is { } told)
        {
            _told = null;
            Announce(_book.CloseLike(told)!.Value.Alert, NotificationKind.Closed, now);
            await alerts.ReportAsync(new WatchReport([told], [told]));
        }
    }

    private void Announce(Alert alert, NotificationKind kind, DateTimeOffset now)
    {
        if (alerts.Snapshot.Silences.Any(silence => silence.StateAt(now) == SilenceState.Active && silence.Matchers.Matches(alert)))
        {
            return;
        }

        var by = routing();
        var names = by.Root.Match(alert).Where(route => route.MutedAt(now) is null).Select(route => route.Receiver).ToHashSet(StringComparer.Ordinal);
        foreach (var receiver in by.Receivers.Where(receiver => names.Contains(receiver.Name)))
        {
            foreach (var integration in receiver.Integrations.Where(integration => kind != NotificationKind.Closed || integration.SendResolved))
            {
                announce(integration.Notifier.Name, new Notification
                {
                    Id = Fingerprint.Hash([alert.Id, receiver.Name, kind.ToString()]),
                    Kind = kind,
                    GroupKey = Fingerprint.Hash([alert.Id, receiver.Name]),
                    Receiver = receiver.Name,
                    DueAt = now,
                    Alerts = [alert],
                    ExternalUrl = by.ExternalUrl,
                    TimeZone = by.TimeZone.Id,
                });
            }
        }
    }

    private static Finding Make(string why, DateTimeOffset since, DateTimeOffset now) => new()
    {
        Detection = WatchRules.StateUnwritable,
        Request = new RequestSnapshot { Time = now },
        Time = now,
        Actor = "",
        Cluster = "",
        Summary = WatchRules.StateUnwritable.Summary
            .Replace("{since}", since.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{problem}", why, StringComparison.Ordinal),
        Dedup = [],
        Why = [],
    };
}
