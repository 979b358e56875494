using System.Net;
using System.Net.Mail;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AuditWatch.Notifications.Email;

/// <summary>
/// One conversation with a mail server (RFC 5321) over TLS (RFC 3207, RFC 8314), with a login (RFC 4954). Written here because
/// <see cref="SmtpClient"/> goes on without the login when the server refuses it, blocks, and trusts no authority but the system's.
/// </summary>
internal sealed class SmtpSession : IDisposable
{
    private readonly TcpClient _connection = new();
    private readonly EmailOptions _options;
    private Stream _stream = Stream.Null;
    private SmtpReplyReader _replies = new(Stream.Null);
    private IReadOnlyList<string> _extensions = [];

    private SmtpSession(EmailOptions options) => _options = options;

    /// <summary>A conversation up to where mail can be handed over: connected, encrypted, logged in.</summary>
    /// <exception cref="SmtpFailure">The server said no, or has not what the options ask for.</exception>
    /// <exception cref="IOException">The connection broke; also <see cref="SocketException"/>.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The server's certificate is not to be trusted.</exception>
    public static async Task<SmtpSession> OpenAsync(EmailOptions options, CancellationToken cancellation)
    {
        var session = new SmtpSession(options);
        try
        {
            await session.ConnectAsync(cancellation);
            await session.LogInAsync(cancellation);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Hands over one mail; returns what the server said to each recipient, in their order.</summary>
    /// <param name="mail">The mail, in ASCII, lines ending in CR LF, none beginning with a dot.</param>
    /// <param name="recipients">Whom to deliver it to. Those the server takes get it, if there are any.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="SmtpFailure">The server did not take the mail; nobody gets it.</exception>
    public async Task<IReadOnlyList<SmtpReply>> SendAsync(string mail, IReadOnlyList<MailAddress> recipients, CancellationToken cancellation)
    {
        await CommandAsync($"MAIL FROM:<{_options.From.Address}>", 2, "the server does not take the sender", cancellation);
        var replies = new List<SmtpReply>();
        foreach (var recipient in recipients)
        {
            replies.Add(await AskAsync($"RCPT TO:<{recipient.Address}>", cancellation));
        }

        if (replies.Any(reply => reply.Class == 2))
        {
            await CommandAsync("DATA", 3, "the server does not take the mail", cancellation);
            await CommandAsync($"{mail}.", 2, "the server does not take the mail", cancellation);
        }

        await SayGoodbyeAsync();
        return replies;
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        _connection.Dispose();
    }

    // Does not wait for an answer, and cannot fail: the mail is delivered, and must not look as if it were not.
    private async Task SayGoodbyeAsync()
    {
        try
        {
            await _stream.WriteAsync("QUIT\r\n"u8.ToArray(), CancellationToken.None);
        }
        catch (IOException)
        {
            // The server was quicker to leave.
        }
    }

    private async Task ConnectAsync(CancellationToken cancellation)
    {
        await _connection.ConnectAsync(_options.Host, _options.Port, cancellation);
        _connection.NoDelay = true;
        Use(_connection.GetStream());
        if (_options.TlsAtOnce)
        {
            await EncryptAsync(cancellation);
        }

        var greeting = await _replies.ReadAsync(cancellation);
        if (greeting.Class != 2)
        {
            throw SmtpFailure.From("the server does not take mail", greeting);
        }

        await GreetAsync(cancellation);
        if (_options.RequireTls && !_options.TlsAtOnce)
        {
            if (!_extensions.Contains("STARTTLS", StringComparer.OrdinalIgnoreCase))
            {
                // Perhaps somebody in between has taken the offer out, and will be found out: try again.
                throw new SmtpFailure(DeliveryResult.Retry("the server does not offer STARTTLS, which requireTls asks for"));
            }

            await CommandAsync("STARTTLS", 2, "the server does not begin TLS", cancellation);
            await EncryptAsync(cancellation);
            await GreetAsync(cancellation);
        }
    }

    private async Task GreetAsync(CancellationToken cancellation)
    {
        var me = Dns.GetHostName();
        var name = me.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.') ? me : "localhost";
        _extensions = (await CommandAsync($"EHLO {name}", 2, "the server does not speak ESMTP", cancellation)).Lines;
    }

    private async Task EncryptAsync(CancellationToken cancellation)
    {
        var how = new SslClientAuthenticationOptions { TargetHost = _options.Host };
        if (_options.Authorities is { } authorities)
        {
            how.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            how.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        var encrypted = new SslStream(_stream);
        await encrypted.AuthenticateAsClientAsync(how, cancellation);

        // A new reader: what came before the encryption and was not asked for is forgotten.
        Use(encrypted);
    }

    private async Task LogInAsync(CancellationToken cancellation)
    {
        if (_options.Username is not { } username || _options.Password is not { } password)
        {
            return;
        }

        const string refused = "the server does not take the login";
        var offered = _extensions.FirstOrDefault(line => line.StartsWith("AUTH ", StringComparison.OrdinalIgnoreCase))?.ToUpperInvariant().Split(' ') ?? [];
        if (offered.Contains("PLAIN"))
        {
            await LogInStepAsync($"AUTH PLAIN {Base64($"\0{username}\0{password.Reveal()}")}", 235);
        }
        else if (offered.Contains("LOGIN"))
        {
            await LogInStepAsync("AUTH LOGIN", 334);
            await LogInStepAsync(Base64(username), 334);
            await LogInStepAsync(Base64(password.Reveal()), 235);
        }
        else
        {
            throw new SmtpFailure(DeliveryResult.Rejected("the server offers no login with a password (AUTH PLAIN or LOGIN)"));
        }

        // What the server says to a login stays out of the reason: it could repeat the password.
        async Task LogInStepAsync(string command, int expected)
        {
            var reply = await AskAsync(command, cancellation);
            if (reply.Code != expected)
            {
                throw SmtpFailure.From(refused, reply with { Lines = [] });
            }
        }

        static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
    }

    private async Task<SmtpReply> CommandAsync(string command, int expected, string otherwise, CancellationToken cancellation)
    {
        var reply = await AskAsync(command, cancellation);
        return reply.Class == expected ? reply : throw SmtpFailure.From(otherwise, reply);
    }

    private async Task<SmtpReply> AskAsync(string command, CancellationToken cancellation)
    {
        await _stream.WriteAsync(Encoding.ASCII.GetBytes($"{command}\r\n"), cancellation);
        return await _replies.ReadAsync(cancellation);
    }

    private void Use(Stream stream)
    {
        _stream = stream;
        _replies = new SmtpReplyReader(stream);
    }
}
