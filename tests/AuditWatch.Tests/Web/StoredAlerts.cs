using System.Collections.Immutable;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.Processing;
using AuditWatch.State;
using AuditWatch.Tests.Notifications;
using AuditWatch.Web.Access;

namespace AuditWatch.Tests.Web;

/// <summary>Alerts in a state, for pages to look at.</summary>
internal sealed class StoredAlerts : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    private readonly MemoryStateStore _store = new();

    /// <summary>What there is of them for who may see some clusters; without any named, all.</summary>
    public Seen Seen(params string[] clusters)
    {
        IReadOnlySet<string>? limit = clusters.Length == 0 ? null : clusters.ToHashSet();
        return new Seen(limit, new AlertSnapshot(ImmutableSortedDictionary<string, Alert>.Empty, 0, []), new AlertHistory(_store).In(limit), new IncidentHistory(_store).In(limit));
    }

    /// <summary>Puts one there, of some minute after <see cref="Start"/>.</summary>
    public Task PutAsync(string id, string actor, int minute, params RequestSnapshot[] requests) => PutAsync(id, actor, minute, requests, "prod");

    /// <inheritdoc cref="PutAsync(string, string, int, RequestSnapshot[])"/>
    public Task PutAsync(string id, string actor, int minute, RequestSnapshot[] requests, string cluster, string? detection = null)
    {
        var changes = new StateChanges();
        var at = Start.AddMinutes(minute);
        var exec = SampleAlert.Exec();
        var alert = exec with { Id = id, Actor = actor, Cluster = cluster, Detection = exec.Detection with { Title = detection ?? exec.Detection.Title }, FirstSeen = at, LastSeen = at, OpenedAt = at, Requests = requests };
        new AlertRecords().Save(new AlertChange(AlertChangeKind.Opened, alert), changes);
        return _store.CommitAsync(changes);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
