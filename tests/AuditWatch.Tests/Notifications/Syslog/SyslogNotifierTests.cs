using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AuditWatch.Detection;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Syslog;
using AuditWatch.Tests.Notifications.Email;
using AuditWatch.Tests.Notifications.Http;

namespace AuditWatch.Tests.Notifications.Syslog;

public sealed partial class SyslogNotifierTests(SyslogStandIn syslog) : NotifierContract, IClassFixture<SyslogStandIn>
{
    private static readonly Encoding Strict = new UTF8Encoding(false, throwOnInvalidBytes: true);

    [Fact]
    public async Task Notify_Alert_IsAMessageWithStructuredData()
    {
        await NotifyAsync(Create("ok"), SampleAlert.Notify(SampleAlert.Exec() with { Actor = """a "quoted" [name] \ """ }) with { ExternalUrl = new Uri("https://auditwatch.example.com/") });

        var parts = Parse(Assert.Single(syslog.Taken.Last()));
        Assert.Equal(("107", "2026-11-21T00:24:51.000000Z", "auditwatch", "opened"), (parts["pri"], parts["time"], parts["app"], parts["id"]));
        Assert.Equal("HIGH: jane@example.com ran a command in payments/shell", parts["text"]);
        Assert.Equal(
            """
            alert="5f1c3a9e2b7d4c60" notification="n-1" detection="exec_into_pod" level="high" status="open" count="2" cluster="prod" namespace="payments" actor="a \"quoted\" [name\] \\ " actorKind="human" clientIP="203.0.113.7" command="sh -c 'cat /etc/passwd'" url="https://auditwatch.example.com/alerts/5f1c3a9e2b7d4c60"
            """, parts["data"]);
    }

    [Theory]
    [InlineData(Level.Critical, 106)]
    [InlineData(Level.High, 107)]
    [InlineData(Level.Medium, 108)]
    [InlineData(Level.Low, 109)]
    [InlineData(Level.Informational, 110)]
    public async Task Notify_EveryLevel_HasItsPriority(Level level, int priority)
    {
        await NotifyAsync(Create("ok"), SampleAlert.Exec() with { Level = level });

        Assert.Equal(priority.ToString(CultureInfo.InvariantCulture), Parse(Assert.Single(syslog.Taken.Last()))["pri"]);
    }

    [Fact]
    public async Task Notify_Group_IsAMessageForEachAlert()
    {
        await NotifyAsync(Create("ok"), SampleAlert.Group(SampleAlert.Exec()));

        Assert.Equal(20, syslog.Taken.Last().Select(message => Parse(message)["data"]).Distinct().Count());
    }

    [Fact]
    public async Task Notify_ServerWantsACertificate_ShowsIt()
    {
        using var certificate = syslog.Issue("auditwatch");

        Assert.Equal(DeliveryResult.Delivered, await NotifyAsync(Create("mutual", options => options with { Certificate = certificate }), SampleAlert.Exec()));

        Assert.Contains("CN=auditwatch", syslog.Clients);
    }

    [Fact]
    public async Task Notify_ServerNeverCloses_IsTakenToHaveReadIt()
    {
        var time = new VirtualTime();
        var server = Create("hang", options => options, time);

        var attempt = server.NotifyAsync(SampleAlert.Notify(SampleAlert.Exec()), CancellationToken.None);
        await time.NextWaitAsync(TimeSpan.Zero);
        await syslog.Hanging;
        time.Advance(SyslogNotifier.CloseLimit);

        Assert.Equal(DeliveryResult.Delivered, await attempt.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    protected override Task<INotifier> CreateAsync() => Task.FromResult<INotifier>(Create("ok"));

    protected override Task<INotifier> CreateHangingAsync() => Task.FromResult<INotifier>(Create("hang"));

    protected override Task HangsAsync() => syslog.Hanging;

    protected override async IAsyncEnumerable<(string Situation, INotifier Notifier, DeliveryOutcome Expected)> RetryTableAsync()
    {
        using var stranger = new TestAuthority();
        yield return ("ok", Create("ok"), DeliveryOutcome.Delivered);
        yield return ("reset", Create("reset"), DeliveryOutcome.Retry);
        yield return ("close", Create("close"), DeliveryOutcome.Retry);
        yield return ("plain", Create("plain"), DeliveryOutcome.Retry);
        yield return ("another authority", Create("ok", options => options with { Authorities = [stranger.Certificate] }), DeliveryOutcome.Retry);
        yield return ("another name", Create("ok", options => options with { Host = "127.0.0.1" }), DeliveryOutcome.Retry);
        yield return ("nobody listens", Create("ok", options => options with { Port = HttpStandIn.FreePort() }), DeliveryOutcome.Retry);
        yield return ("no such host", Create("ok", options => options with { Host = "auditwatch.invalid" }), DeliveryOutcome.Retry);
        await Task.CompletedTask;
    }

    protected override Task<string> LastMessageAsync() => Task.FromResult(string.Join('\n', syslog.Taken.Last().Select(Strict.GetString)));

    protected override Task AssertHarmlessAsync()
    {
        foreach (var message in syslog.Taken.Last())
        {
            var parts = Parse(message);
            Assert.InRange(message.Length, 1, 8192);
            Assert.All(parts.Values, part => Assert.DoesNotContain(part, character =>
                char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));
        }

        return Task.CompletedTask;
    }

    private static Dictionary<string, string> Parse(byte[] message)
    {
        var match = Message().Match(Strict.GetString(message));
        Assert.True(match.Success, Strict.GetString(message));
        return new[] { "pri", "time", "app", "id", "data", "text" }.ToDictionary(name => name, name => match.Groups[name].Value);
    }

    private SyslogNotifier Create(string behaviour) => Create(behaviour, options => options);

    private SyslogNotifier Create(string behaviour, Func<SyslogOptions, SyslogOptions> change, VirtualTime? time = null) =>
        new("syslog", change(new SyslogOptions { Host = "localhost", Port = syslog.Port(behaviour), Authorities = [syslog.Authority] }), time ?? new VirtualTime());

    // RFC 5424, 6: one SD-ELEMENT whose PARAM-VALUEs have no bare quote, backslash or bracket, and a text in UTF-8 behind the BOM.
    [GeneratedRegex("""\A<(?<pri>[0-9]{1,3})>1 (?<time>[0-9-]{10}T[0-9:.]{15}Z) (?<host>[!-~]{1,255}) (?<app>[!-~]{1,48}) - (?<id>[!-~]{1,32}) \[auditwatch@32473 (?<data>(?:[a-zA-Z]{1,32}="(?:[^"\\\]]|\\["\\\]])*" ?)+)\] \ufeff(?<text>.*)\z""", RegexOptions.Singleline)]
    private static partial Regex Message();
}
