using AuditWatch.Notifications;
using AuditWatch.Notifications.GoogleChat;
using AuditWatch.Notifications.Http;
using AuditWatch.Tests.Notifications.Http;

namespace AuditWatch.Tests.Notifications.GoogleChat;

public sealed class GoogleChatNotifierTests(GoogleChatStandIn chat) : JsonNotifierContract(chat), IClassFixture<GoogleChatStandIn>
{
    [Fact]
    public async Task Notify_Alert_SaysWhatThePersonOnCallNeeds()
    {
        await NotifyAsync(Create("ok"), SampleAlert.Notify(SampleAlert.Exec() with { Summary = "jane & <b>joe</b>" }) with { ExternalUrl = new Uri("https://auditwatch.example.com/") });

        var header = chat.Taken.Last()["cardsV2"]![0]!["card"]!["header"]!;
        Assert.Equal(("🟠 HIGH", "Command run in a pod"), ((string?)header["title"], (string?)header["subtitle"]));
        Assert.Equal("""{"threadKey":"9a4e1f0c77d2b358"}""", chat.Taken.Last()["thread"]!.ToJsonString());
        Assert.Equal("https://auditwatch.example.com/alerts/5f1c3a9e2b7d4c60", (string?)chat.Widgets[0]!["buttonList"]!["buttons"]![0]!["onClick"]!["openLink"]!["url"]);
        Assert.Equal("jane &amp; &lt;b&gt;joe&lt;/b&gt;", (string?)chat.Widgets[1]!["textParagraph"]!["text"]);
        var labelled = chat.Widgets.Select(widget => widget!["decoratedText"]).Where(text => text is not null).ToDictionary(text => (string)text!["topLabel"]!, text => (string)text!["text"]!);
        Assert.Equal("203.0.113.7", labelled["From"]);
        Assert.Equal("objectRef.resource: pods<br>objectRef.subresource: exec", labelled["Why it matched"]);
    }

    protected override INotifier Create(Uri address) => new JsonNotifier("chat", "Google Chat", GoogleChatRegistration.Threaded(address), GoogleChatCard.Of, new VirtualTime());

    protected override Task AssertHarmlessAsync()
    {
        PlainText.AssertHarmless(chat.Taken.Last());
        Assert.All(PlainText.Of(chat.Taken.Last()), text => Assert.DoesNotMatch("[<>]|&(?!(?:amp|lt|gt);)", text.StartsWith("https://", StringComparison.Ordinal) ? "" : text.Replace("<br>", "", StringComparison.Ordinal)));
        Assert.False(chat.Taken.Last().ContainsKey("text"), "in the text of a message <users/all> calls everybody");
        return Task.CompletedTask;
    }
}
