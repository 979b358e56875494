using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.State;
using AuditWatch.Tests.Notifications;

namespace AuditWatch.Tests.State;

/// <summary>How alerts are found, compared with a plain look at all of them.</summary>
public abstract partial class StateStoreContract
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Actors = ["jane", "system:serviceaccount:payments:app", "", "Jane", "ö\u0000 \ud800'\"%_*", new('x', 5_000)];
    private static readonly string[] Pods = ["shell", "ö\u0000 \ud800'\"%_*/", new('z', 5_000), "Shell", ""];
    private static readonly string[] Summaries = ["jane ran cat /etc/shadow in pod payments/shell (allowed)", "Read secret etc in kube-system", "", "étc SHADOW shadowy", "a-b.c_d etc/shadow", new('y', 3_000)];
    private static readonly string[][] Tags = [["attack.execution", "attack.t1609"], ["attack.Credential_Access"], ["ATTACK.EXECUTION", "attack.credential-access"], ["team.'\"%"], []];
    private static readonly string[] Texts = ["shadow", "/etc/shadow", "etc shadow", "sha*", "shad*", "SHADOW", "pod payments", "nothing", "étc", "'; DROP TABLE alerts; --", "\"", "* AND NOT (", "()", "kube-system", "c_d", "NEAR", "x:y"];

    [SkippableFact]
    public async Task Search_AnySearch_FindsWhatAPlainLookFinds()
    {
        await using var store = Open();
        var alerts = await FillAsync(store, 300);
        var random = new Random(1);
        var found = 0;
        var searches = LongForm.Of(400);
        for (var i = 0; i < searches; i++)
        {
            var search = RandomSearch(random);
            var expected = Expected(alerts, search).ToList();

            var page = new AlertHistory(store).Search(search with { Limit = 20 });

            Assert.True(expected.Take(20).SequenceEqual(page.Alerts.Select(alert => alert.Id)), $"{search}\n{string.Join(' ', search.Statuses)}\n{string.Join(' ', expected.Take(20))}\n{string.Join(' ', page.Alerts.Select(alert => alert.Id))}");
            Assert.Equal(expected.Count > 20, page.Next is not null);
            found += page.Alerts.Count;
        }

        Assert.InRange(found, searches * 2, searches * 20);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Search_PagesWhileAlertsArriveAndChange_NeitherRepeatsNorMisses(bool bySeverity)
    {
        await using var store = Open();
        var alerts = await FillAsync(store, 100);
        var search = new AlertSearch { BySeverity = bySeverity, Limit = 7, Cluster = "production" };
        var expected = Expected(alerts, search).ToList();
        var all = new List<string>();
        for (AlertCursor? after = null; all.Count == 0 || after is not null;)
        {
            var (page, next) = new AlertHistory(store).Search(search with { After = after is null ? null : AlertCursor.Parse(after.ToString()) });
            all.AddRange(page.Select(alert => alert.Id));
            after = next;
            await PutAsync(store, Alert(1_000 + all.Count, new Random(all.Count)) with { Cluster = "production" });
            await PutAsync(store, alerts[^(1 + all.Count)] with { Count = 99, ChangedAt = Begin.AddDays(2), LastSeen = Begin.AddDays(2) });
        }

        Assert.Equal(expected, all);
    }

    [SkippableFact]
    public async Task Search_ByTheBeginningOfAnId_FindsIt()
    {
        await using var store = Open();
        await FillAsync(store, 50);
        var id = Fingerprint.Hash(["7"]);

        Assert.Equal([id], new AlertHistory(store).Find(id[..6]).Select(alert => alert.Id));
        Assert.Equal([id], new AlertHistory(store).Find(id).Select(alert => alert.Id));
        Assert.Empty(new AlertHistory(store).Find(""));
        Assert.Empty(new AlertHistory(store).Find("0000000000000000"));
    }

    [SkippableFact]
    public async Task Search_AlertThatChanges_IsFoundByWhatItIsNow()
    {
        await using var store = Open();
        var alert = Alert(1, new Random(1)) with { Summary = "denied", Level = Level.Low, Status = AlertStatus.Open };
        await PutAsync(store, alert);
        await PutAsync(store, alert with { Summary = "allowed", Level = Level.High });
        await PutAsync(store, alert with { Summary = "allowed", Level = Level.High, Status = AlertStatus.Closed });
        var history = new AlertHistory(store);

        Assert.Empty(history.Search(new AlertSearch { Text = "denied" }).Alerts);
        Assert.Single(history.Search(new AlertSearch { Text = "allowed", LeastSeverity = 3, Statuses = ["closed"] }).Alerts);
        Assert.Empty(history.Search(new AlertSearch { Actor = alert.Actor, Statuses = ["open"] }).Alerts);
        var changes = new StateChanges();
        changes.Delete(StateTables.Alerts, alert.Id);
        await store.CommitAsync(changes);
        Assert.Empty(history.Search(new AlertSearch { Text = "allowed" }).Alerts);
    }

    [SkippableFact]
    public async Task History_AlertWithHostileTexts_IsWhatWasPut()
    {
        await using var store = Open();
        var texts = SampleAlert.HostileTexts;
        var alert = SampleAlert.Exec() with
        {
            Summary = string.Concat(texts),
            Actor = texts[9],
            Why = texts,
            Dedup = [.. texts.Select((text, index) => KeyValuePair.Create($"{index} {text}", text))],
            Requests = [.. texts.Select(text => SampleAlert.Exec().Requests[0] with { AuditId = text, RequestUri = text, User = text, Command = text, ObjectRef = new ObjectReference(text, text, text, text, text) })],
        };
        await PutAsync(store, alert);

        var read = Assert.Single(new AlertHistory(store).Find(alert.Id));
        Assert.Equal(Sayable(alert.Summary), read.Summary);
        Assert.Equal(Sayable(alert.Actor), read.Actor);
        Assert.Equal(alert.Why.Select(Sayable), read.Why);
        Assert.Equal(alert.Dedup.Select(pair => (Sayable(pair.Key), Sayable(pair.Value))), read.Dedup.Select(pair => (pair.Key, pair.Value)));
        Assert.Equal(alert.Requests.Select(request => Sayable(request.Command!)), read.Requests.Select(request => request.Command));
        Assert.Equal(alert.Requests.Select(request => Sayable(request.ObjectRef!.Name!)), read.Requests.Select(request => request.ObjectRef!.Name));
    }

    [SkippableFact]
    public async Task Load_OpenAndClosed_GivesAllThatIsOpenAndTheLatestThatIsNot()
    {
        await using var store = Open();
        var alerts = await FillAsync(store, 300);

        var loaded = new AlertHistory(store).Load(closed: 20);

        var open = alerts.Where(alert => alert.Status != AlertStatus.Closed).Select(alert => alert.Id);
        var closed = alerts.Where(alert => alert.Status == AlertStatus.Closed).Select(alert => alert.Id).TakeLast(20);
        Assert.Equal(open.Concat(closed).Order(StringComparer.Ordinal), loaded.Select(alert => alert.Id).Order(StringComparer.Ordinal));
        Assert.Equal(loaded.Select(alert => alert.OpenedAt).Order(), loaded.Select(alert => alert.OpenedAt));
    }

    private static async Task<List<Alert>> FillAsync(IStateStore store, int count)
    {
        var random = new Random(7);
        var alerts = Enumerable.Range(0, count).Select(i => Alert(i, random)).ToList();
        foreach (var alert in alerts)
        {
            await PutAsync(store, alert);
        }

        return alerts;
    }

    private static Task PutAsync(IStateStore store, Alert alert)
    {
        var changes = new StateChanges();
        new AlertRecords().Save(new AlertChange(AlertChangeKind.Opened, alert), changes);
        return store.CommitAsync(changes);
    }

    // Nine in ten are opened after those before, as the clock is set back now and then.
    private static Alert Alert(int number, Random random)
    {
        var opened = Begin.AddMinutes((number * 5) - (random.Next(10) == 0 ? 30 : 0));
        var status = (AlertStatus)random.Next(3);
        return SampleAlert.Exec() with
        {
            Id = Fingerprint.Hash([$"{number}"]),
            Status = status,
            Level = (Level)random.Next(5),
            Detection = SampleAlert.Exec().Detection with { Name = $"detection_{random.Next(4)}", Tags = Tags[random.Next(Tags.Length)] },
            OpenedAt = opened,
            ChangedAt = opened.AddMinutes(random.Next(3) == 0 ? random.Next(600) : 1),
            Summary = Summaries[random.Next(Summaries.Length)],
            Actor = Actors[random.Next(Actors.Length)],
            Cluster = random.Next(3) == 0 ? "" : "production",
            Requests = [SampleAlert.Exec().Requests[0] with { ObjectRef = random.Next(4) == 0 ? null : new ObjectReference(null, "pods", "exec", random.Next(2) == 0 ? "payments" : null, Pods[random.Next(Pods.Length)]) }],
        };
    }

    private static AlertSearch RandomSearch(Random random)
    {
        var search = new AlertSearch { BySeverity = random.Next(2) == 0 };
        return search with
        {
            Statuses = random.Next(2) == 0 ? [] : [.. Enum.GetNames<AlertStatus>().Where(_ => random.Next(2) == 0).Select(name => name.ToLowerInvariant())],
            LeastSeverity = random.Next(2) == 0 ? 0 : random.Next(5),
            Actor = random.Next(3) == 0 ? Actors[random.Next(Actors.Length)] : null,
            Cluster = random.Next(4) == 0 ? (random.Next(3) == 0 ? "" : "production") : null,
            Clusters = random.Next(4) == 0 ? (random.Next(2) == 0 ? ["production", "staging"] : ["staging", ""]) : null,
            Namespace = random.Next(4) == 0 ? (random.Next(2) == 0 ? "" : "payments") : null,
            Object = random.Next(4) == 0 ? $"{(random.Next(2) == 0 ? "payments/" : "")}pods/{Pods[random.Next(Pods.Length)]}" : null,
            Detection = random.Next(4) == 0 ? $"detection_{random.Next(5)}" : null,
            Tags = random.Next(4) == 0 ? Tags[random.Next(Tags.Length)] : null,
            Text = random.Next(3) == 0 ? Texts[random.Next(Texts.Length)] : null,
            Since = random.Next(3) == 0 ? Begin.AddMinutes(random.Next(2_000)) : null,
            Until = random.Next(3) == 0 ? Begin.AddMinutes(random.Next(2_000)) : null,
        };
    }

    private static IEnumerable<string> Expected(List<Alert> alerts, AlertSearch search)
    {
        var found = alerts.Select((alert, number) => (alert, number)).Reverse().Where(one =>
            (search.Statuses.Count == 0 || search.Statuses.Contains(one.alert.Status.ToString().ToLowerInvariant()))
            && (int)one.alert.Level >= search.LeastSeverity
            && (search.Actor is null || Sayable(search.Actor) == Sayable(one.alert.Actor))
            && (search.Cluster is null || search.Cluster == one.alert.Cluster)
            && (search.Clusters is null || search.Clusters.Contains(one.alert.Cluster))
            && (search.Namespace is null || search.Namespace == (one.alert.Requests[0].ObjectRef?.Namespace ?? ""))
            && (search.Object is null || one.alert.Requests.Any(request => request.ObjectRef?.Path is { } path && Sayable(path) == Sayable(search.Object)))
            && (search.Detection is null || search.Detection == one.alert.Detection.Name)
            && (search.Tags is null || search.Tags.Intersect(one.alert.Detection.Tags, StringComparer.OrdinalIgnoreCase).Any())
            && (search.Until is null || one.alert.OpenedAt < search.Until)
            && (search.Since is null || one.alert.Status != AlertStatus.Closed || one.alert.ChangedAt >= search.Since)
            && HasWords(one.alert.Summary, search.Text));
        return (search.BySeverity ? found.OrderByDescending(one => one.alert.Level) : found).Select(one => one.alert.Id);
    }

    private static bool HasWords(string summary, string? text)
    {
        var words = $" {string.Join(' ', Runs(summary))} ";
        return (text ?? "").Split(' ').All(word => Runs(word) is [.., var last] runs
            ? words.Contains($" {string.Join(' ', runs)}{(word.EndsWith('*') && last.Length >= 3 ? "" : " ")}", StringComparison.Ordinal)
            : true);
    }

    private static string[] Runs(string text) => string.Concat(text.ToLowerInvariant().Select(c => char.IsLetterOrDigit(c) ? c : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Sayable(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
}
