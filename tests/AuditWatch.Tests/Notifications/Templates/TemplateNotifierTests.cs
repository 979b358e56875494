using System.Text.Json.Nodes;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Templates;
using AuditWatch.Tests.Notifications.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace AuditWatch.Tests.Notifications.Templates;

public sealed class TemplateNotifierTests(TemplateStandIn service) : JsonNotifierContract(service), IClassFixture<TemplateStandIn>
{
    private const string Ntfy = """
        {
          "topic": "{{ secrets.topic }}", "title": "{{ message.label }}: {{ message.headline }}", "message": "{{ message.text | truncate: 3000 }}",
          "ids": "{% for alert in alerts %}{{ alert.id }} {{ alert.actor }} {% endfor %}",
          "priority": {% if message.level == "critical" %}5{% else %}3{% endif %}
        }
        """;

    private readonly TemplateStandIn _service = service;

    [Fact]
    public async Task Notify_Alert_PostsWhatTheTemplateMakes()
    {
        await NotifyAsync(Create("ok"), SampleAlert.Exec());

        var taken = _service.Taken.Last();
        Assert.Equal(("HIGH: Command run in a pod", "5f1c3a9e2b7d4c60 jane@example.com ", 3), ((string?)taken["title"], (string?)taken["ids"], (int)taken["priority"]!));
        Assert.Contains("jane@example.com ran a command in payments/shell", (string?)taken["message"], StringComparison.Ordinal);
    }

    [Fact]
    public void Render_Form_HostileTextsStayInTheirFields()
    {
        var body = Template("token={{ secrets.topic }}&title={{ alerts[0].summary }}&message={{ message.text }}\n", BodyFormat.Form);
        foreach (var text in SampleAlert.HostileTexts.Append("x&token=other&a=b%00+c"))
        {
            var fields = QueryHelpers.ParseQuery(body.Render(SampleAlert.Notify(SampleAlert.Saying(text)), out _));

            Assert.Equal(["token", "title", "message"], fields.Keys);
            Assert.Equal(("secops", text.Replace('\ud800', '\ufffd').Replace('\udc00', '\ufffd')), ((string?)fields["token"], (string?)fields["title"]));
        }
    }

    [Theory]
    [InlineData("raw")]
    [InlineData("escape")]
    [InlineData("escape_once")]
    [InlineData("json")]
    [InlineData("newline_to_br")]
    [InlineData("strip_html")]
    [InlineData("strip_newlines")]
    [InlineData("url_decode")]
    [InlineData("url_encode")]
    [InlineData("base64_encode")]
    [InlineData("split: 'x' | join: ' '")]
    [InlineData("append: '\"'")]
    [InlineData("replace: 'x', '\"'")]
    [InlineData("upcase")]
    [InlineData("truncate: 7")]
    [InlineData("slice: 0, 9")]
    public void Render_EveryFilter_LeavesTheTextInItsPlace(string filter)
    {
        var template = Template($$$"""{"text": "{{ alerts[0].summary | {{{filter}}} }}"}""");
        foreach (var text in SampleAlert.HostileTexts.Append("x\", \"y\": \"z\\"))
        {
            var body = JsonNode.Parse(template.Render(SampleAlert.Notify(SampleAlert.Saying(text)), out var problem) ?? problem)!.AsObject();

            Assert.Equal("text", Assert.Single(body).Key);
        }
    }

    [Theory]
    [InlineData("{% for a in (1..10000000) %}x{% endfor %}", "it takes too many steps")]
    [InlineData("{% include '/etc/passwd' %}", "it fails with FileNotFoundException")]
    [InlineData("{\"a\":\n{{ alerts[0].summary }}}", "what it makes is not JSON, in line 2 of that")]
    public void Render_TemplateThatFails_SaysWhyAndNothingOfTheAlert(string text, string expected)
    {
        Assert.Null(Template(text).Render(SampleAlert.Notify(SampleAlert.Exec()), out var problem));

        Assert.Equal(expected, problem);
    }

    protected override INotifier Create(Uri address) => new TemplateNotifier("push", address, Template(Ntfy), new Secret($"Bearer {Canary}"), new VirtualTime());

    // Nobody knows what this service says when it is well.
    protected override async IAsyncEnumerable<(string Situation, INotifier Notifier, DeliveryOutcome Expected)> RetryTableAsync()
    {
        await foreach (var row in base.RetryTableAsync())
        {
            yield return row.Situation is "portal" or "endless" ? row with { Expected = DeliveryOutcome.Delivered } : row;
        }
    }

    protected override Task AssertHarmlessAsync()
    {
        // The ids are followed by actors as they are; JSON is what keeps them in their place.
        var taken = _service.Taken.Last().DeepClone().AsObject();
        taken.Remove("ids");
        PlainText.AssertHarmless(taken, lines: true);
        return Task.CompletedTask;
    }

    private static BodyTemplate Template(string text) => Template(text, BodyFormat.Json);

    private static BodyTemplate Template(string text, BodyFormat format)
    {
        Assert.True(BodyTemplate.TryParse(text, format, new Dictionary<string, Secret> { ["topic"] = new("secops") }, out var template, out var problem), problem);
        return template;
    }
}
