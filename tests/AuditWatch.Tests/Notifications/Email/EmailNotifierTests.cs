using System.Globalization;
using System.Net.Mail;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Email;

namespace AuditWatch.Tests.Notifications.Email;

public sealed class EmailNotifierTests(SmtpServer server) : NotifierContract, IClassFixture<SmtpServer>
{
    private static readonly VirtualTime Time = new();

    // Every test has its own mailboxes.
    private readonly string _domain = $"{Guid.NewGuid():n}.example";

    [SkippableFact]
    public async Task Notify_Alert_ArrivesWithATextAndAnHtmlPart()
    {
        SkipUnlessAvailable();

        await NotifyAsync(Create(Options()), SampleAlert.Exec());

        var mail = await NextMailAsync();
        Assert.True((bool)mail["encrypted"]!);
        Assert.Equal(SmtpServer.Username, (string?)mail["login"]);
        Assert.Equal("auditwatch@example.com", (string?)mail["from"]);
        Assert.Equal("\"AuditWatch (prod)\" <auditwatch@example.com>", Header(mail, "From"));
        Assert.Equal($"soc@{_domain}", Header(mail, "To"));
        Assert.Equal("[HIGH] exec_into_pod: jane@example.com ran a command in payments/shell", Header(mail, "Subject"));
        Assert.Equal("Sat, 21 Nov 2026 00:00:00 +0000", Header(mail, "Date"));
        Assert.Equal("AuditWatch <auditwatch.example.com>", Header(mail, "List-Id"));
        Assert.Equal("auto-generated", Header(mail, "Auto-Submitted"));
        Assert.Equal("multipart/alternative", (string?)mail["type"]);
        Assert.Equal(["text/plain", "text/html"], mail["parts"]!.AsArray().Select(part => (string)part!));
        Assert.Equal(TextLayout.Render(Message.From(SampleAlert.Exec()), coloured: false), ((string)mail["text"]!).ReplaceLineEndings("\n"));
        Assert.Contains("<a href=\"https://runbooks.example.com/exec?team=soc&amp;env=prod\">", (string)mail["html"]!, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Notify_SeveralAlertsOfAFingerprint_MakeAThread()
    {
        SkipUnlessAvailable();
        var notifier = Create(Options());

        await NotifyAsync(notifier, SampleAlert.Exec());
        await NotifyAsync(notifier, SampleAlert.Exec() with { Id = "another" });
        await NotifyAsync(notifier, SampleAlert.Exec() with { Fingerprint = "other" });

        var mails = new[] { await NextMailAsync(), await NextMailAsync(), await NextMailAsync() };
        Assert.Equal(3, mails.Select(mail => Header(mail, "Message-ID")).Distinct().Count());
        Assert.Equal(Header(mails[0], "References"), Header(mails[1], "References"));
        Assert.NotEqual(Header(mails[0], "References"), Header(mails[2], "References"));
    }

    [SkippableFact]
    public async Task Notify_AnotherAttempt_HasTheSameMessageId()
    {
        SkipUnlessAvailable();
        var notification = SampleAlert.Notify(SampleAlert.Exec(), "n-1");

        await Create(Options()).NotifyAsync(notification, CancellationToken.None);
        await Create(Options()).NotifyAsync(notification, CancellationToken.None);

        Assert.Equal(Header(await NextMailAsync(), "Message-ID"), Header(await NextMailAsync(), "Message-ID"));
    }

    [SkippableFact]
    public async Task Notify_OneRecipientForLater_IsSentOnlyWhatIsMissing()
    {
        SkipUnlessAvailable();
        var notifier = Create(Options("soc", "gray", "unknown", "lead"));
        var notification = SampleAlert.Notify(SampleAlert.Exec(), "n-2");

        var first = await notifier.NotifyAsync(notification, CancellationToken.None);
        Assert.Equal(DeliveryResult.Retry($"not taken for now: gray@{_domain}: 450 4.2.0 Greylisted"), first);
        Assert.Equal([$"soc@{_domain}", $"lead@{_domain}"], (await NextMailAsync())["to"]!.AsArray().Select(to => (string)to!));

        await notifier.NotifyAsync(notification, CancellationToken.None);
        await AssertNoMailAsync();
    }

    [SkippableFact]
    public async Task Notify_OneRecipientUnknown_TheOthersGetItAndItIsSaid()
    {
        SkipUnlessAvailable();

        var result = await NotifyAsync(Create(Options("soc", "unknown")), SampleAlert.Exec());

        Assert.Equal(DeliveryResult.Rejected($"refused: unknown@{_domain}: 550 5.1.1 No such user"), result);
        Assert.Equal($"soc@{_domain}", (string?)(await NextMailAsync())["to"]![0]);
    }

    [SkippableFact]
    public async Task Notify_LongSubjectInAnyScript_StaysOneReadableHeader()
    {
        SkipUnlessAvailable();
        var summary = string.Concat(Enumerable.Repeat("Zugriff für 管理者 🔥 ", 30));

        await NotifyAsync(Create(Options()), SampleAlert.Exec() with { Summary = summary });

        var mail = await NextMailAsync();
        var subject = Header(mail, "Subject");
        Assert.Equal($"[HIGH] exec_into_pod: {summary}"[..(subject.Length - 1)] + "…", subject);
        Assert.InRange(subject.Length, 140, 150);
        Assert.InRange((int)mail["longest_encoded"]!, 1, 76);
    }

    [SkippableFact]
    public async Task Notify_SummaryLooksEncoded_IsShownAsItIs()
    {
        SkipUnlessAvailable();
        const string summary = "=?utf-8?B?DQpCY2M6IHZpY3RpbUBleGFtcGxlLmNvbQ==?=";

        await NotifyAsync(Create(Options()), SampleAlert.Exec() with { Summary = summary });

        Assert.Equal($"[HIGH] exec_into_pod: {summary}", Header(await NextMailAsync(), "Subject"));
    }

    protected override void SkipUnlessAvailable() => server.SkipUnlessInstalled();

    protected override Task<INotifier> CreateAsync() => Task.FromResult<INotifier>(Create(Options()));

    protected override Task<INotifier> CreateHangingAsync() => Task.FromResult<INotifier>(Create(Options("late-hangs")));

    protected override async IAsyncEnumerable<(string Situation, INotifier Notifier, DeliveryOutcome Expected)> RetryTableAsync()
    {
        var loggedIn = Options();
        foreach (var (situation, options) in new[]
        {
            ("STARTTLS", loggedIn),
            ("AUTH LOGIN", loggedIn with { Port = server.Port("login") }),
            ("TLS at once", loggedIn with { Port = server.Port("tls"), TlsAtOnce = true }),
            ("no TLS and no login, as configured", loggedIn with { Port = server.Port("plain"), RequireTls = false, Username = null }),
        })
        {
            yield return (situation, Create(options), DeliveryOutcome.Delivered);
            var mail = await NextMailAsync();
            Assert.Equal(options.RequireTls, (bool)mail["encrypted"]! || options.TlsAtOnce);
        }

        foreach (var recipient in new[] { "busy", "gray", "full", "closes", "late-busy", "late-full", "late-closes" })
        {
            yield return (recipient, Create(Options(recipient)), DeliveryOutcome.Retry);
        }

        yield return ("sender for later", Create(loggedIn with { From = new MailAddress("busy@example.com") }), DeliveryOutcome.Retry);
        yield return ("all recipients, some for later", Create(Options("unknown", "gray")), DeliveryOutcome.Retry);
        yield return ("no STARTTLS offered", Create(loggedIn with { Port = server.Port("plain") }), DeliveryOutcome.Retry);
        yield return ("a certificate of nobody we know", Create(loggedIn with { Authorities = null }), DeliveryOutcome.Retry);
        yield return ("a certificate for another name", Create(loggedIn with { Host = "127.0.0.1" }), DeliveryOutcome.Retry);
        yield return ("TLS at once where it is not", Create(loggedIn with { Port = server.Port("plain"), TlsAtOnce = true }), DeliveryOutcome.Retry);
        yield return ("nobody listens", Create(loggedIn with { Port = 1 }), DeliveryOutcome.Retry);

        foreach (var recipient in new[] { "unknown", "forbidden", "spam", "late-spam" })
        {
            yield return (recipient, Create(Options(recipient)), DeliveryOutcome.Rejected);
        }

        yield return ("sender refused", Create(loggedIn with { From = new MailAddress("forbidden@example.com") }), DeliveryOutcome.Rejected);
        foreach (var kind in new[] { "starttls", "login" })
        {
            yield return ($"wrong password, {kind}", Create(loggedIn with { Port = server.Port(kind), Password = new Secret(Canary) }), DeliveryOutcome.Rejected);
        }

        yield return ("no login where one is needed", Create(loggedIn with { Username = null }), DeliveryOutcome.Rejected);
        yield return ("login where none is offered", Create(loggedIn with { Port = server.Port("plain"), RequireTls = false }), DeliveryOutcome.Rejected);
        await AssertNoMailAsync();
    }

    protected override async Task AssertHarmlessAsync()
    {
        var mail = await NextMailAsync();
        Assert.Empty(mail["defects"]!.AsArray());
        Assert.Equal([$"soc@{_domain}"], mail["to"]!.AsArray().Select(to => (string)to!));
        Assert.Equal(
            ["From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "List-Id", "Auto-Submitted", "MIME-Version", "Content-Type"],
            mail["headers"]!.AsArray().Select(header => (string)header![0]!));
        Assert.Equal(["text/plain", "text/html"], mail["parts"]!.AsArray().Select(part => (string)part!));
        Assert.True((bool)mail["ascii"]!);
        Assert.InRange((int)mail["longest"]!, 1, 998);
        Assert.InRange(Header(mail, "Subject").Length, 1, 150);
        foreach (var text in new[] { Header(mail, "Subject"), ((string)mail["text"]!).ReplaceLineEndings(""), ((string)mail["html"]!).ReplaceLineEndings("") })
        {
            Assert.DoesNotContain(text, character => char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format);
        }

        // Well-formed, and no element, attribute or handler but those of the template.
        var html = XDocument.Parse(((string)mail["html"]!)
            .Replace("<!DOCTYPE html>", "", StringComparison.Ordinal).Replace("<meta charset=\"utf-8\">", "", StringComparison.Ordinal)
            .Replace("<br>", "<br/>", StringComparison.Ordinal).Replace("&nbsp;", "&#160;", StringComparison.Ordinal));
        Assert.Subset(
            new HashSet<string> { "html", "head", "body", "div", "p", "b", "table", "tr", "td", "code", "a", "br" },
            html.Descendants().Select(element => element.Name.LocalName).ToHashSet());
        Assert.Subset(
            new HashSet<string> { "lang", "style", "cellpadding", "href" },
            html.Descendants().Attributes().Select(attribute => attribute.Name.LocalName).ToHashSet());
    }

    private Task<JsonObject> NextMailAsync() => server.NextMailAsync(_domain);

    // A further mail is the next one: there was none before it.
    private async Task AssertNoMailAsync()
    {
        await NotifyAsync(Create(Options("marker")), SampleAlert.Exec());
        Assert.Equal($"marker@{_domain}", (string?)(await NextMailAsync())["to"]![0]);
    }

    private static EmailNotifier Create(EmailOptions options) => new("email", options, Time);

    private EmailOptions Options(params string[] recipients) => new()
    {
        To = [.. (recipients.Length == 0 ? ["soc"] : recipients).Select(recipient => new MailAddress($"{recipient}@{_domain}"))],
        From = new MailAddress("auditwatch@example.com", "AuditWatch (prod)"),
        Host = "localhost",
        Port = server.Port("starttls"),
        Username = SmtpServer.Username,
        Password = new Secret(SmtpServer.Password),
        Authorities = [server.Authority.Certificate],
    };

    private static string Header(JsonObject mail, string name) => (string)mail["headers"]!.AsArray().Single(header => (string)header![0]! == name)![1]!;
}
