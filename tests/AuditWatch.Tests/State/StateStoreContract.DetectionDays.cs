using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.State;
using AuditWatch.Tests.Notifications;

namespace AuditWatch.Tests.State;

/// <summary>How often detections raised alerts, compared with a plain count of all of them.</summary>
public abstract partial class StateStoreContract
{
    private static readonly string?[] Reasons = ["benign", "false-positive", "false-positive: a drill", "false-positively", "FALSE-POSITIVE", "nothing more happened", null];

    [SkippableFact]
    public async Task CountByDetection_AlertsThatOpenRepeatCloseAndOpenAgain_IsWhatAPlainCountSays()
    {
        await using var store = Open();
        var random = new Random(3);
        var alerts = new Dictionary<int, Alert>();
        for (var round = 0; round < 40; round++)
        {
            var changes = new StateChanges();
            for (var i = 0; i < 10; i++)
            {
                var number = random.Next(120);
                var before = alerts.GetValueOrDefault(number) ?? Counted(number, random);
                var status = (AlertStatus)random.Next(3);
                alerts[number] = before with
                {
                    Status = status,
                    CloseReason = status == AlertStatus.Closed ? Reasons[random.Next(Reasons.Length)] : null,
                    LastSeen = before.LastSeen.AddMinutes(random.Next(-5, 60)),
                };
                new AlertRecords().Save(new AlertChange(AlertChangeKind.Repeated, alerts[number]), changes);
            }

            await store.CommitAsync(changes);
        }

        foreach (var (clusters, days) in new[] { ((string[]?)null, 30), (null, 1), (["production"], 30), (["production", "staging"], 7), ([], 30) })
        {
            var counts = new AlertHistory(store).In(clusters).CountByDetection(Begin.AddHours(20), days);

            var seen = alerts.Values.Where(alert => clusters is null || clusters.Contains(alert.Cluster)).ToList();
            Assert.Equal(seen.Select(alert => alert.Detection.Name).Distinct().Order(), counts.Keys.Order());
            foreach (var (name, count) in counts)
            {
                var all = seen.Where(alert => alert.Detection.Name == name).ToList();
                var within = all.Where(alert => alert.OpenedAt >= Begin.AddDays(1 - days)).ToList();
                Assert.Equal(
                    new DetectionCount(
                        within.Count, within.Count(alert => alert.Status == AlertStatus.Closed),
                        within.Count(alert => alert.CloseReason is "false-positive" or "false-positive: a drill"), count.LastSeen),
                    count);
                Assert.InRange(count.LastSeen, all.Max(alert => alert.LastSeen), Begin.AddYears(1));
            }
        }
    }

    [SkippableFact]
    public async Task CountByDetection_AlertThatIsRemoved_StaysCounted()
    {
        await using var store = Open();
        var alert = Counted(1, new Random(1)) with { OpenedAt = Begin, Cluster = new string('c', 5_000), Detection = SampleAlert.Exec().Detection with { Name = new string('d', 5_000) } };
        await PutAsync(store, alert);
        var changes = new StateChanges();
        changes.Delete(StateTables.Alerts, alert.Id);
        await store.CommitAsync(changes);

        var (name, count) = Assert.Single(new AlertHistory(store).CountByDetection(Begin.AddDays(29), 30));
        Assert.Equal((new string('d', 200), 1L), (name, count.Opened));
        Assert.Empty(new AlertHistory(store).CountByDetection(Begin.AddDays(90), 30));
    }

    private static Alert Counted(int number, Random random)
    {
        var opened = Begin.AddDays(-random.Next(40)).AddMinutes(random.Next(1_200));
        return SampleAlert.Exec() with
        {
            Id = Fingerprint.Hash([$"counted {number}"]),
            Detection = SampleAlert.Exec().Detection with { Name = $"detection_{random.Next(5)}" },
            Cluster = new[] { "production", "staging", "" }[random.Next(3)],
            Level = Level.High,
            OpenedAt = opened,
            ChangedAt = opened,
            FirstSeen = opened,
            LastSeen = opened,
        };
    }
}
