using System.Globalization;
using System.Net.Mail;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Email;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Tests.Notifications.Email;

/// <summary>Mails, sent to a real mail server. It is long because the contract of all notifiers has it try whatever such a server can answer, and look through a mail for what must not be in it.</summary>
public sealed class EmailNotifierTests(SmtpServer server) : NotifierContract, IClassFixture<SmtpServer>, IAsyncLifetime
{
    private readonly VirtualTime _time = new();
    private readonly List<EmailNotifier> _created = [];

    // Every test has its own mailboxes.
    private readonly string _domain = $"{Guid.NewGuid():n}.example";

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var notifier in _created)
        {
            await notifier.DisposeAsync();
        }
    }

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
        Assert.Equal(TextLayout.Render(Message.From(SampleAlert.Notify(SampleAlert.Exec())), coloured: false), ((string)mail["text"]!).ReplaceLineEndings("\n"));
        Assert.Contains("<a href=\"https://runbooks.example.com/exec?team=soc&amp;env=prod\">", (string)mail["html"]!, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Notify_Repeats_AnswerTheFirstMailUnderItsSubject()
    {
        SkipUnlessAvailable();
        var notifier = Create(Options());
        var opened = await NotifyAsync(notifier, SampleAlert.Exec());
        var updated = await NotifyAsync(notifier, Later(NotificationKind.Updated, opened.Receipt, SampleAlert.Exec() with { Summary = "something else" }));
        await NotifyAsync(notifier, Later(NotificationKind.Closed, updated.Receipt, SampleAlert.Exec() with { Status = AlertStatus.Closed, ClosedBy = "jane" }));

        var mails = new[] { await NextMailAsync(), await NextMailAsync(), await NextMailAsync() };
        Assert.Equal(3, mails.Select(mail => Header(mail, "Message-ID")).Distinct().Count());
        Assert.DoesNotContain(mails[0]["headers"]!.AsArray(), header => (string?)header![0] is "In-Reply-To" or "References");
        foreach (var mail in mails[1..])
        {
            Assert.Equal(Header(mails[0], "Message-ID"), Header(mail, "In-Reply-To"));
            Assert.Equal(Header(mails[0], "Message-ID"), Header(mail, "References"));
            Assert.Equal($"Re: {Header(mails[0], "Subject")}", Header(mail, "Subject"));
        }

        Assert.Contains("Updated: it happened once more", (string?)mails[1]["text"], StringComparison.Ordinal);
        Assert.StartsWith("CLOSED (high)  Command run in a pod", (string?)mails[2]["text"], StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Notify_StoryGoesOnElsewhere_SaysSoInTheThread()
    {
        SkipUnlessAvailable();
        var notifier = Create(Options());
        var opened = await NotifyAsync(notifier, SampleAlert.Exec());
        var merged = Later(NotificationKind.Merged, opened.Receipt, SampleAlert.Exec());
        await NotifyAsync(notifier, merged with { Incidents = new Dictionary<string, IncidentPlace> { [SampleAlert.Exec().Id] = new("953a6c424c7eab7f", "<b>read</b>", Level.High, 2, 5) } });

        var mails = new[] { await NextMailAsync(), await NextMailAsync() };
        Assert.Equal(Header(mails[0], "Message-ID"), Header(mails[1], "References"));
        Assert.Contains("This goes on as part of another incident", (string?)mails[1]["text"], StringComparison.Ordinal);
        Assert.Contains("2nd alert of: <b>read</b>", (string?)mails[1]["text"], StringComparison.Ordinal);
        Assert.Contains("953a6c424c7eab7f", (string?)mails[1]["text"], StringComparison.Ordinal);
        Assert.Contains("This goes on as part of another incident", (string?)mails[1]["html"], StringComparison.Ordinal);
        Assert.DoesNotContain("<b>read</b>", (string?)mails[1]["html"], StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Notify_LevelHasRisen_SaysSoInTheSubjectAndStaysInTheThread()
    {
        SkipUnlessAvailable();
        var notifier = Create(Options());
        var opened = await NotifyAsync(notifier, SampleAlert.Exec());
        var risen = await NotifyAsync(notifier, Later(NotificationKind.Updated, opened.Receipt, SampleAlert.Exec() with { Level = Level.Critical }));
        await NotifyAsync(notifier, Later(NotificationKind.Reminder, risen.Receipt, SampleAlert.Exec() with { Level = Level.Critical }));

        var mails = new[] { await NextMailAsync(), await NextMailAsync(), await NextMailAsync() };
        Assert.Equal("[CRITICAL] exec_into_pod: jane@example.com ran a command in payments/shell", Header(mails[1], "Subject"));
        Assert.Equal($"Re: {Header(mails[1], "Subject")}", Header(mails[2], "Subject"));
        Assert.All(mails[1..], mail => Assert.Equal(Header(mails[0], "Message-ID"), Header(mail, "References")));
    }

    [SkippableFact]
    public async Task Notify_Opened_BeginsAConversationWhateverWasBefore()
    {
        SkipUnlessAvailable();
        var notifier = Create(Options());
        var first = await NotifyAsync(notifier, SampleAlert.Exec());
        var second = await NotifyAsync(notifier, Later(NotificationKind.Opened, first.Receipt, SampleAlert.Exec()));

        Assert.NotEqual(first.Receipt, second.Receipt);
        await NextMailAsync();
        Assert.DoesNotContain((await NextMailAsync())["headers"]!.AsArray(), header => (string?)header![0] == "References");
    }

    [SkippableFact]
    public async Task Notify_Group_NamesItsAlertsInAHeader()
    {
        SkipUnlessAvailable();

        await NotifyAsync(Create(Options()), SampleAlert.Group(SampleAlert.Exec()));

        var ids = Header(await NextMailAsync(), "X-AuditWatch-Alert").Split(", ");
        Assert.Equal(20, ids.Length);
        Assert.Equal(("5f1c3a9e2b7d4c60", "0000000000000013"), (ids[0], ids[^1]));
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

        Assert.Equal(DeliveryResult.Rejected($"refused: unknown@{_domain}: 550 5.1.1 No such user"), result with { Receipt = null });
        Assert.NotNull(result.Receipt);
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
        Assert.InRange((int)mail["longest_encoded"]!, 1, 78);
    }

    [SkippableFact]
    public async Task Notify_SummaryLooksEncoded_IsNotDecoded()
    {
        SkipUnlessAvailable();
        const string summary = "=?utf-8?B?DQpCY2M6IHZpY3RpbUBleGFtcGxlLmNvbQ==?=";

        await NotifyAsync(Create(Options()), SampleAlert.Exec() with { Summary = summary });

        Assert.Equal(@"[HIGH] exec_into_pod: =\u003futf-8?B?DQpCY2M6IHZpY3RpbUBleGFtcGxlLmNvbQ==\u003f=", Header(await NextMailAsync(), "Subject"));
    }

    [SkippableFact]
    public async Task Notify_EverythingAtOnce_Arrives()
    {
        SkipUnlessAvailable();
        using var folder = new TemporaryFolder();
        var tokenFile = folder.Write("token", SmtpServer.Token);
        var idn = $"bücher-{_domain}";
        var notifier = Create(Options() with
        {
            To = [new MailAddress($"jürgen@{_domain}", "Jürgen \"der Chef\" Müller"), new MailAddress($"soc@{idn}"), new MailAddress($"soc@{_domain}"), new MailAddress($"unknown@{_domain}")],
            From = new MailAddress("wächter@example.com", "AuditWatch <wächter>, prod (\"eu\")"),
            Port = server.Port("xoauth2"),
            Password = null,
            TokenFile = tokenFile,
        });
        var hostile = string.Concat(SampleAlert.HostileTexts);
        var opened = await NotifyAsync(notifier, SampleAlert.Notify(SampleAlert.Exec(), "n-1"));
        var group = SampleAlert.Group(SampleAlert.Saying(hostile)) with { Id = "n-2", Kind = NotificationKind.Updated, Receipt = opened.Receipt, ExternalUrl = new Uri("https://auditwatch.example.com/") };

        var result = await NotifyAsync(notifier, group);

        Assert.Equal(DeliveryResult.Rejected($"refused: unknown@{_domain}: 550 5.1.1 No such user"), result with { Receipt = null });
        var (first, second) = (await NextMailAsync(), await NextMailAsync());
        Assert.Equal((int)first["peer"]!, (int)second["peer"]!);
        Assert.Equal((true, true, SmtpServer.Username), ((bool)second["encrypted"]!, (bool)second["smtputf8"]!, (string?)second["login"]));
        Assert.Equal("wächter@example.com", (string?)second["from"]);
        Assert.Equal([$"jürgen@{_domain}", $"soc@{idn}", $"soc@{_domain}"], second["to"]!.AsArray().Select(to => (string)to!));
        Assert.Empty(second["defects"]!.AsArray());
        Assert.Equal(@"""AuditWatch <wächter>, prod (\""eu\"")"" <wächter@example.com>", Header(second, "From"));
        Assert.Contains(@"""Jürgen \""der Chef\"" Müller"" <jürgen@", Header(second, "To"), StringComparison.Ordinal);
        Assert.Equal(Header(first, "Message-Id"), Header(second, "References"));
        Assert.Equal(20, Header(second, "X-AuditWatch-Alert").Split(", ").Length);
        Assert.Equal(TextLayout.Render(Message.From(group), coloured: false), ((string)second["text"]!).ReplaceLineEndings("\n"));
        Assert.Contains("https://auditwatch.example.com/", (string)second["html"]!, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Notify_TokenRefreshed_IsReadAnewAtTheNextLogin()
    {
        SkipUnlessAvailable();
        using var folder = new TemporaryFolder();
        var tokenFile = folder.Write("token", "expired-" + Canary);
        var notifier = Create(Options() with { Port = server.Port("xoauth2"), Password = null, TokenFile = tokenFile });

        var refused = await NotifyAsync(notifier, SampleAlert.Exec());
        File.WriteAllText(tokenFile, SmtpServer.Token + "\n");
        var taken = await NotifyAsync(notifier, SampleAlert.Exec());
        File.Delete(tokenFile);
        var overTheSameConnection = await NotifyAsync(notifier, SampleAlert.Exec());
        await notifier.DisposeAsync();
        var gone = await NotifyAsync(Create(Options() with { Port = server.Port("xoauth2"), Password = null, TokenFile = tokenFile }), SampleAlert.Exec());

        Assert.Equal(DeliveryResult.Rejected("the server does not take the login: 535"), refused);
        Assert.Equal((DeliveryOutcome.Delivered, DeliveryOutcome.Delivered), (taken.Outcome, overTheSameConnection.Outcome));
        Assert.Equal((DeliveryOutcome.Retry, true), (gone.Outcome, gone.Reason.StartsWith("the token cannot be read: ", StringComparison.Ordinal)));
    }

    [SkippableFact]
    public async Task Notify_AddressBeyondAsciiWhereTheServerTakesNone_IsRejectedWithTheAddress()
    {
        SkipUnlessAvailable();

        var result = await NotifyAsync(Create(Options("soc", "jürgen")), SampleAlert.Exec());

        Assert.Equal(DeliveryResult.Rejected($"the server does not offer SMTPUTF8, which the address jürgen@{_domain} needs"), result);
    }

    [SkippableFact]
    public async Task Notify_DomainBeyondAscii_NeedsNothingOfTheServer()
    {
        SkipUnlessAvailable();

        await NotifyAsync(Create(Options() with { To = [new MailAddress($"soc@bücher.{_domain}"), new MailAddress($"soc@{_domain}")], From = new MailAddress("auditwatch@bücher.example") }), SampleAlert.Exec());

        var mail = await server.NextMailAsync($"xn--bcher-kva.{_domain}");
        Assert.True((bool)mail["ascii"]!);
        Assert.Equal(("auditwatch@xn--bcher-kva.example", $"soc@xn--bcher-kva.{_domain}"), ((string?)mail["from"], (string?)mail["to"]![0]));
        Assert.EndsWith("@xn--bcher-kva.example>", Header(mail, "Message-Id"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Notify_SoonAfterAnother_GoesOverTheSameConnection()
    {
        SkipUnlessAvailable();
        var notifier = Create(Options());
        await NotifyAsync(notifier, SampleAlert.Exec());
        _time.Advance(EmailNotifier.KeptOpen - TimeSpan.FromSeconds(1));
        await NotifyAsync(notifier, SampleAlert.Exec());
        _time.Advance(EmailNotifier.KeptOpen - TimeSpan.FromSeconds(1));
        await NotifyAsync(notifier, SampleAlert.Exec());
        _time.Advance(EmailNotifier.KeptOpen);
        await NotifyAsync(notifier, SampleAlert.Exec());

        var peers = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            peers.Add((int)(await NextMailAsync())["peer"]!);
        }

        Assert.Equal((peers[0], peers[0]), (peers[1], peers[2]));
        Assert.NotEqual(peers[0], peers[3]);
    }

    [SkippableTheory]
    [InlineData("once")]
    [InlineData("leaves")]
    public async Task Notify_ServerHasHadEnoughOfTheConnection_GoesOverAnotherAtOnce(string sender)
    {
        SkipUnlessAvailable();
        var notifier = Create(Options() with { From = new MailAddress($"{sender}@example.com") });

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(DeliveryOutcome.Delivered, (await NotifyAsync(notifier, SampleAlert.Exec())).Outcome);
        }

        var peers = new[] { await NextMailAsync(), await NextMailAsync(), await NextMailAsync() }.Select(mail => (int)mail["peer"]!);
        Assert.Equal(3, peers.Distinct().Count());
    }

    [SkippableFact]
    public async Task Notify_TheSameRecipientTwice_GetsItOnce()
    {
        SkipUnlessAvailable();

        var result = await NotifyAsync(Create(Options("soc", "unknown", "SOC", "lead")), SampleAlert.Exec());

        Assert.Equal(DeliveryResult.Rejected($"refused: unknown@{_domain}: 550 5.1.1 No such user"), result with { Receipt = null });
        Assert.Equal([$"soc@{_domain}", $"lead@{_domain}"], (await NextMailAsync())["to"]!.AsArray().Select(to => (string)to!));
    }

    protected override void SkipUnlessAvailable() => server.SkipUnlessInstalled();

    protected override Task<INotifier> CreateAsync() => Task.FromResult<INotifier>(Create(Options()));

    protected override Task<INotifier> CreateHangingAsync() => Task.FromResult<INotifier>(Create(Options("late-hangs")));

    protected override async Task HangsAsync() => Assert.True((bool)(await NextMailAsync())["hangs"]!);

    protected override async IAsyncEnumerable<(string Situation, INotifier Notifier, DeliveryOutcome Expected)> RetryTableAsync()
    {
        var loggedIn = Options();
        using var folder = new TemporaryFolder();
        var token = folder.Write("token", SmtpServer.Token);
        var expired = folder.Write("expired", "expired-" + Canary);
        foreach (var (situation, options) in new[]
        {
            ("STARTTLS", loggedIn),
            ("AUTH LOGIN", loggedIn with { Port = server.Port("login") }),
            ("XOAUTH2", loggedIn with { Port = server.Port("xoauth2"), Password = null, TokenFile = token }),
            ("OAUTHBEARER", loggedIn with { Port = server.Port("oauthbearer"), Password = null, TokenFile = token }),
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

        foreach (var kind in new[] { "xoauth2", "oauthbearer" })
        {
            yield return ($"expired token, {kind}", Create(loggedIn with { Port = server.Port(kind), Password = null, TokenFile = expired }), DeliveryOutcome.Rejected);
            yield return ($"password where only {kind} is offered", Create(loggedIn with { Port = server.Port(kind) }), DeliveryOutcome.Rejected);
        }

        yield return ("token where none is taken", Create(loggedIn with { Password = null, TokenFile = token }), DeliveryOutcome.Rejected);
        yield return ("no login where one is needed", Create(loggedIn with { Username = null }), DeliveryOutcome.Rejected);
        yield return ("login where none is offered", Create(loggedIn with { Port = server.Port("plain"), RequireTls = false }), DeliveryOutcome.Rejected);
        await AssertNoMailAsync();
    }

    protected override async Task<string> LastMessageAsync() => (await NextMailAsync()).ToJsonString();

    protected override async Task AssertHarmlessAsync()
    {
        var mail = await NextMailAsync();
        Assert.Empty(mail["defects"]!.AsArray());
        Assert.Equal([$"soc@{_domain}"], mail["to"]!.AsArray().Select(to => (string)to!));
        Assert.Equal(
            ["Auto-Submitted", "Content-Type", "Date", "From", "List-Id", "Message-Id", "MIME-Version", "Subject", "To", "X-AuditWatch-Alert"],
            mail["headers"]!.AsArray().Select(header => (string)header![0]!).Order(StringComparer.OrdinalIgnoreCase));
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
            .Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)
            .Replace("<br>", "<br/>", StringComparison.Ordinal));
        Assert.Subset(
            new HashSet<string> { "html", "head", "meta", "style", "body", "div", "p", "b", "span", "table", "tr", "td", "code", "a", "br" },
            html.Descendants().Select(element => element.Name.LocalName).ToHashSet());
        Assert.Subset(
            new HashSet<string> { "lang", "charset", "name", "content", "role", "style", "cellpadding", "cellspacing", "href" },
            html.Descendants().Attributes().Select(attribute => attribute.Name.LocalName).ToHashSet());
    }

    private Task<JsonObject> NextMailAsync() => server.NextMailAsync(_domain);

    // A further mail is the next one: there was none before it.
    private async Task AssertNoMailAsync()
    {
        await NotifyAsync(Create(Options("marker")), SampleAlert.Exec());
        Assert.Equal($"marker@{_domain}", (string?)(await NextMailAsync())["to"]![0]);
    }

    private static Notification Later(NotificationKind kind, string? receipt, Alert alert) =>
        SampleAlert.Notify(alert, Guid.NewGuid().ToString("n")) with { Kind = kind, Receipt = receipt };

    private EmailNotifier Create(EmailOptions options)
    {
        var notifier = new EmailNotifier("email", options, _time);
        _created.Add(notifier);
        return notifier;
    }

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

    private static string Header(JsonObject mail, string name) => (string)mail["headers"]!.AsArray().Single(header => string.Equals((string)header![0]!, name, StringComparison.OrdinalIgnoreCase))![1]!;
}
