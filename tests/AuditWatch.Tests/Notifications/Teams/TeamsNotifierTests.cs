using AuditWatch.Notifications;
using AuditWatch.Notifications.Http;
using AuditWatch.Notifications.Teams;
using AuditWatch.Tests.Notifications.Http;

namespace AuditWatch.Tests.Notifications.Teams;

public sealed class TeamsNotifierTests(TeamsStandIn teams) : JsonNotifierContract(teams), IClassFixture<TeamsStandIn>
{
    [Fact]
    public async Task Notify_Alert_SaysWhatThePersonOnCallNeeds()
    {
        await NotifyAsync(Create("ok"), SampleAlert.Notify(SampleAlert.Exec()) with { ExternalUrl = new Uri("https://auditwatch.example.com/") });

        var lines = teams.Card["body"]!.AsArray().Select(block => string.Concat(block!["inlines"]!.AsArray().Select(run => (string?)run!["text"]))).ToList();
        Assert.Equal(["🟠 HIGH: Command run in a pod", "jane@example.com ran a command in payments/shell", "Actor  jane@example.com"], lines[..3]);
        Assert.Contains("From  203.0.113.7", lines);
        Assert.Contains("kubectl -n 'payments' get pod 'shell' -o wide", lines);
        Assert.Equal("exec_into_pod · alert 5f1c3a9e2b7d4c60", lines[^1]);
        Assert.Equal(
            ["Alert https://auditwatch.example.com/alerts/5f1c3a9e2b7d4c60", "Runbook https://runbooks.example.com/exec?team=soc&env=prod", "T1609 https://attack.mitre.org/techniques/T1609/"],
            teams.Card["actions"]!.AsArray().Select(action => $"{action!["title"]} {action["url"]}"));
    }

    [Fact]
    public async Task Notify_MoreThanFits_SaysHowManyMore()
    {
        await NotifyAsync(Create("ok"), SampleAlert.Group(SampleAlert.Saying(new string('ö', 100_000))));

        var last = teams.Card["body"]!.AsArray()[^1]!["inlines"]![0]!["text"]!.ToString();
        Assert.Matches("^and 1[0-9][0-9] more$", last);
    }

    protected override INotifier Create(Uri address) => new JsonNotifier("teams", "Microsoft Teams", address, TeamsCard.Of, new VirtualTime());

    protected override Task AssertHarmlessAsync()
    {
        PlainText.AssertHarmless(teams.Taken.Last());

        // Teams interprets Markdown in text blocks and facts, and nothing in text runs.
        Assert.All(teams.Card["body"]!.AsArray(), block => Assert.Equal("RichTextBlock", (string?)block!["type"]));
        Assert.All(teams.Card["body"]!.AsArray().SelectMany(block => block!["inlines"]!.AsArray()), run => Assert.Equal("TextRun", (string?)run!["type"]));
        Assert.All(teams.Card["actions"]!.AsArray(), action => Assert.Matches("^https://(runbooks.example.com|attack.mitre.org|auditwatch.example.com)/", (string?)action!["url"]));
        return Task.CompletedTask;
    }
}
