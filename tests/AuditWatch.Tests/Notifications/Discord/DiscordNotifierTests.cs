using System.Text.RegularExpressions;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Discord;
using AuditWatch.Notifications.Http;
using AuditWatch.Tests.Notifications.Http;

namespace AuditWatch.Tests.Notifications.Discord;

public sealed partial class DiscordNotifierTests(DiscordStandIn discord) : JsonNotifierContract(discord), IClassFixture<DiscordStandIn>
{
    [Fact]
    public async Task Notify_Alert_SaysWhatThePersonOnCallNeeds()
    {
        await NotifyAsync(Create("ok"), SampleAlert.Notify(SampleAlert.Exec()) with { ExternalUrl = new Uri("https://auditwatch.example.com/") });

        var embed = discord.Taken.Last()["embeds"]![0]!;
        Assert.Equal(@"🟠 HIGH\: Command run in a pod", (string?)embed["title"]);
        Assert.Equal("https://auditwatch.example.com/alerts/5f1c3a9e2b7d4c60", (string?)embed["url"]);
        Assert.StartsWith(@"jane\@example\.com ran a command in payments\/shell", (string?)embed["description"], StringComparison.Ordinal);
        Assert.Contains("kubectl -n 'payments' get pod 'shell' -o wide\n", (string?)embed["description"], StringComparison.Ordinal);
        Assert.Contains("[Runbook](https://runbooks.example.com/exec?team=soc&env=prod)", (string?)embed["description"], StringComparison.Ordinal);
        Assert.Contains("From: `203.0.113.7`", embed["fields"]!.AsArray().Select(field => $"{field!["name"]}: {field["value"]}"));
        Assert.Equal("exec_into_pod · alert 5f1c3a9e2b7d4c60", (string?)embed["footer"]!["text"]);
        Assert.Equal("[]", discord.Taken.Last()["allowed_mentions"]!["parse"]!.ToJsonString());
    }

    [Theory]
    [InlineData("plain words", "plain words")]
    [InlineData("*b* _i_ ~s~ ||x|| # > -", @"\*b\* \_i\_ \~s\~ \|\|x\|\| \# \> \-")]
    [InlineData("[log in](https://evil.example) <@1> @everyone", @"\[log in\]\(https\:\/\/evil\.example\) \<\@1\> \@everyone")]
    [InlineData(@"\*not\*", @"\\\*not\\\*")]
    public void Plain_Markdown_StandsForItself(string text, string expected) => Assert.Equal(expected, DiscordText.Plain(text, 1000));

    protected override INotifier Create(Uri address) => new JsonNotifier("discord", "Discord", address, DiscordMessage.Of, new VirtualTime());

    protected override Task AssertHarmlessAsync()
    {
        var message = discord.Taken.Last();
        PlainText.AssertHarmless(message, lines: true);
        var embed = message["embeds"]![0]!;
        foreach (var text in embed["fields"]!.AsArray().Select(field => (string)field!["value"]!).Append((string)embed["title"]!).Append((string)embed["description"]!))
        {
            // Without our own links, code and what is escaped, no sign is left that Discord would act on.
            Assert.DoesNotMatch(Active(), Own().Replace(text, ""));
        }

        return Task.CompletedTask;
    }

    [GeneratedRegex(@"\[[A-Za-z0-9 ]+\]\(https://(?:runbooks\.example\.com|attack\.mitre\.org|auditwatch\.example\.com)/[^()\s]*\)|```\n[^`]*\n```|`[^`\n]*`|\\[!-/:-@\[-`{-~]")]
    private static partial Regex Own();

    [GeneratedRegex(@"[*_~`|\[\]<>@#:\\]|https?:")]
    private static partial Regex Active();
}
