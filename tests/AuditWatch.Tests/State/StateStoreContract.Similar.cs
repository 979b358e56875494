using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.State;
using AuditWatch.Tests.Notifications;

namespace AuditWatch.Tests.State;

/// <summary>Which incidents of the past are like one.</summary>
public abstract partial class StateStoreContract
{
    [SkippableFact]
    public async Task SimilarTo_IncidentsOfThePast_MostAlikeFirstAndWhy()
    {
        await using var store = Open();
        await PastAsync(store, "same", "prod", ("exec", "jane", "shell"), ("read", "jane", "shell"));
        await PastAsync(store, "half", "prod", ("exec", "max", "other"), ("list", "max", "other"));
        await PastAsync(store, "object", "prod", ("delete", "max", "shell"));
        await PastAsync(store, "nothing", "prod", ("list", "max", "other"));
        await PastAsync(store, "elsewhere", "staging", ("exec", "jane", "shell"), ("read", "jane", "shell"));
        await PastAsync(store, "actor elsewhere", "staging", ("list", "jane", "shell"));
        await PastAsync(store, "open", "prod", AlertStatus.Open, ("exec", "jane", "shell"));
        var (incident, alerts) = await PastAsync(store, "itself", "prod", ("exec", "jane", "shell"), ("read", "jane", "shell"));

        var similar = new IncidentHistory(store).SimilarTo(incident, alerts);

        Assert.Equal(
            [
                "same 2: exec, read; jane; payments/pods/shell",
                "elsewhere 1: exec, read; ; ",
                "object 0.5: ; ; payments/pods/shell",
                "half 0.33: exec; ; ",
            ],
            similar.Select(one => FormattableString.Invariant($"{one.Incident.Title} {one.Likeness:0.##}: {Joined(one.Detections)}; {Joined(one.Actors)}; {Joined(one.Objects)}")));
        Assert.Equal(["benign: 2"], similar[0].Endings.Select(ending => $"{ending.Key}: {ending.Value}"));
        Assert.Equal((CloseReason.Benign, "as every night"), (similar[0].Incident.CloseReason, similar[0].Incident.CloseNote));
        Assert.Equal(["elsewhere"], new IncidentHistory(store).In(["staging"]).SimilarTo(incident, alerts).Select(one => one.Incident.Title));

        static string Joined(IEnumerable<string> texts) => string.Join(", ", texts.Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public async Task SimilarTo_ManyOfThePast_TellsTheLatestFive()
    {
        await using var store = Open();
        for (var number = 0; number < 60; number++)
        {
            await PastAsync(store, $"{number:00}", "prod", ("exec", "jane", "shell"));
        }

        var (incident, alerts) = await PastAsync(store, "itself", "prod", ("exec", "jane", "shell"));

        Assert.Equal(["59", "58", "57", "56", "55"], new IncidentHistory(store).SimilarTo(incident, alerts).Select(one => one.Incident.Title));
    }

    [SkippableFact]
    public async Task SimilarTo_WhatOnlySharesTheControlPlane_IsNone()
    {
        await using var store = Open();
        await PastAsync(store, "other", "prod", ("exec", "system:admin", "other"));
        var (incident, alerts) = await PastAsync(store, "itself", "prod", ("read", "system:admin", "shell"));

        Assert.Empty(new IncidentHistory(store).SimilarTo(incident, alerts));
        Assert.Empty(new IncidentHistory(store).SimilarTo(incident, []));
    }

    private int _past;

    private Task<(Incident, IReadOnlyList<Alert>)> PastAsync(IStateStore store, string title, string cluster, params (string Detection, string Actor, string Pod)[] what) => PastAsync(store, title, cluster, AlertStatus.Closed, what);

    private async Task<(Incident Incident, IReadOnlyList<Alert> Alerts)> PastAsync(IStateStore store, string title, string cluster, AlertStatus status, params (string Detection, string Actor, string Pod)[] what)
    {
        var at = Begin.AddHours(++_past);
        var closedBy = status == AlertStatus.Closed ? "ann" : null;
        var alerts = what.Select(one => SampleAlert.Exec() with
        {
            Id = Fingerprint.Hash([title, one.Detection]),
            Detection = SampleAlert.Exec().Detection with { Name = one.Detection },
            Actor = one.Actor,
            Cluster = cluster,
            Status = status,
            ClosedBy = closedBy,
            CloseReason = closedBy is null ? null : "benign: as every night",
            OpenedAt = at,
            ChangedAt = at,
            Requests = [SampleAlert.Exec().Requests[0] with { ObjectRef = new ObjectReference(null, "pods", "exec", "payments", one.Pod) }],
        }).ToList();
        var incident = new Incident
        {
            Id = Fingerprint.Hash([title]),
            Title = title,
            Level = Level.High,
            Cluster = cluster,
            Status = status,
            ClosedBy = closedBy,
            OpenedAt = at,
            ChangedAt = at,
            FirstSeen = at,
            LastSeen = at,
            CloseReason = closedBy is null ? null : CloseReason.Benign,
            CloseNote = closedBy is null ? null : "as every night",
            Alerts = [.. alerts.Select(alert => alert.Id)],
            AlertCount = alerts.Count,
        };
        foreach (var alert in alerts)
        {
            await PutAsync(store, alert);
        }

        var changes = new StateChanges();
        IncidentRecords.Save(new IncidentChanges([incident], [], [.. alerts.Select(alert => new AlertPlace(alert.Id, incident.Id, null))], []), changes);
        await store.CommitAsync(changes);
        return (incident, alerts);
    }
}
