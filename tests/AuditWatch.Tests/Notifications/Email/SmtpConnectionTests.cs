using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Text;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Email;

namespace AuditWatch.Tests.Notifications.Email;

/// <summary>What no honest mail server does, and what one does on its worst days: answers from a script.</summary>
public sealed class SmtpConnectionTests : IDisposable
{
    private const string Password = "s3cr3t-canary";
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public SmtpConnectionTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData("421 4.3.2 Too busy\r\n", DeliveryOutcome.Retry, "the server does not take mail: 421 4.3.2 Too busy")]
    [InlineData("554 5.7.1 Not from there\r\n", DeliveryOutcome.Rejected, "the server does not take mail: 554 5.7.1 Not from there")]
    [InlineData("554-No\r\n554-mail\r\n554 here\r\n", DeliveryOutcome.Rejected, "the server does not take mail: 554 No mail here")]
    [InlineData("421 \e[31mred\r\n", DeliveryOutcome.Retry, @"the server does not take mail: 421 \u001b[31mred")]
    [InlineData("421\r\n", DeliveryOutcome.Retry, "the server does not take mail: 421")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", DeliveryOutcome.Retry, "cannot reach the mail server: Unable to parse status code returned by the server.")]
    [InlineData("\r\n", DeliveryOutcome.Retry, "cannot reach the mail server: The SMTP server has unexpectedly disconnected.")]
    [InlineData("22", DeliveryOutcome.Retry, "cannot reach the mail server: The SMTP server has unexpectedly disconnected.")]
    [InlineData("", DeliveryOutcome.Retry, "cannot reach the mail server: The SMTP server has unexpectedly disconnected.")]
    public async Task Open_Greeting_IsJudged(string greeting, DeliveryOutcome outcome, string reason)
    {
        var server = ServeAsync(greeting);

        Assert.Equal(new DeliveryResult(outcome, reason), await NotifyAsync());
        await server;
    }

    [Theory]
    [InlineData("220 ")]
    [InlineData("220-more\r\n")]
    public async Task Open_TalkWithoutEnd_IsCutShort(string talk)
    {
        var server = ServeAsync(string.Concat(Enumerable.Repeat(talk, 1_000_000)));

        Assert.Equal(DeliveryResult.Retry("cannot reach the mail server: the server talks without end"), await NotifyAsync());
        await Record.ExceptionAsync(() => server);
    }

    [Fact]
    public async Task LogIn_ServerRepeatsThePassword_ItStaysOutOfTheReason()
    {
        var server = ServeAsync("220 hello\r\n", "250-me\r\n250 AUTH PLAIN\r\n", $"535 5.7.8 {Password} is wrong\r\n");

        Assert.Equal(DeliveryResult.Rejected("the server does not take the login: 535"), await NotifyAsync());
        Assert.StartsWith("AUTH PLAIN ", (await server)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task LogIn_RefusedForNow_IsTriedAgainLater()
    {
        var server = ServeAsync("220 hello\r\n", "250-me\r\n250 AUTH LOGIN\r\n", "454 4.7.0 Directory is down\r\n");

        Assert.Equal(DeliveryResult.Retry("the server does not take the login: 454"), await NotifyAsync());
        Assert.Equal("AUTH LOGIN", (await server)[^1]);
    }

    [Fact]
    public async Task StartTls_AnswersSlippedInBeforeIt_AreForgotten()
    {
        // Somebody in between answers, ahead of time and in clear, what the client will ask in secret: without TLS nothing of it may count.
        var server = ServeAsync("220 hello\r\n", "250-me\r\n250 STARTTLS\r\n", "220 go\r\n250-me\r\n250 AUTH PLAIN\r\n235 in\r\n250 ok\r\n250 ok\r\n354 go\r\n250 taken\r\n");

        var result = await NotifyAsync(requireTls: true);

        Assert.Equal(DeliveryOutcome.Retry, result.Outcome);
        Assert.Equal("STARTTLS", (await server)[^1]);
    }

    [Theory]
    [InlineData("before the greeting", false)]
    [InlineData("at EHLO", false, "220 hello\r\n")]
    [InlineData("in the middle of a reply", false, "220 hello\r\n", "250-me\r\n250-AU")]
    [InlineData("at the login", false, "220 hello\r\n", "250-me\r\n250 AUTH PLAIN\r\n")]
    [InlineData("between the steps of a login", false, "220 hello\r\n", "250-me\r\n250 AUTH LOGIN\r\n", "334 VXNlcm5hbWU6\r\n")]
    [InlineData("at MAIL", false, "220 hello\r\n", "250-me\r\n250 AUTH PLAIN\r\n", "235 in\r\n")]
    [InlineData("at RCPT", false, "220 hello\r\n", "250-me\r\n250 AUTH PLAIN\r\n", "235 in\r\n", "250 ok\r\n")]
    [InlineData("at DATA", false, "220 hello\r\n", "250-me\r\n250 AUTH PLAIN\r\n", "235 in\r\n", "250 ok\r\n", "250 ok\r\n")]
    [InlineData("at the end of the mail", false, "220 hello\r\n", "250-me\r\n250 AUTH PLAIN\r\n", "235 in\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n")]
    [InlineData("at STARTTLS", true, "220 hello\r\n", "250-me\r\n250 STARTTLS\r\n")]
    [InlineData("in the handshake", true, "220 hello\r\n", "250-me\r\n250 STARTTLS\r\n", "220 go\r\n")]
    public async Task Notify_ServerFallsSilent_CanBeCancelled(string moment, bool requireTls, params string[] answers)
    {
        using var cancellation = new CancellationTokenSource();
        var end = new TaskCompletionSource();
        var silent = new TaskCompletionSource();
        var server = ServeAsync(answers, silent, end.Task);
        var attempt = NotifyAsync(requireTls, cancellation.Token);
        await silent.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(attempt.IsCompleted, moment);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt.WaitAsync(TimeSpan.FromSeconds(30)));
        end.SetResult();
        await server;
    }

    private async Task<DeliveryResult> NotifyAsync(bool requireTls = false, CancellationToken cancellation = default)
    {
        var options = new EmailOptions
        {
            To = [new MailAddress("soc@example.com")],
            From = new MailAddress("auditwatch@example.com"),
            Host = "localhost",
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
            RequireTls = requireTls,
            Username = "auditwatch",
            Password = new Secret(Password),
        };
        return await new EmailNotifier("email", options, TimeProvider.System)
            .NotifyAsync(SampleAlert.Notify(SampleAlert.Exec(), "1"), cancellation).WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
    }

    private Task<IReadOnlyList<string>> ServeAsync(params string[] answers) => ServeAsync(answers, new TaskCompletionSource(), Task.CompletedTask);

    // Sends the first answer at once and one for each line that comes, then closes when it is to; returns the lines.
    private async Task<IReadOnlyList<string>> ServeAsync(string[] answers, TaskCompletionSource silent, Task end)
    {
        using var client = await _listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var lines = new List<string>();
        foreach (var answer in answers)
        {
            if (lines.Count > 0 || answer != answers[0])
            {
                lines.Add(await reader.ReadLineAsync() ?? "");
            }

            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        }

        silent.SetResult();
        await end;
        return lines;
    }
}
