using System.Net;
using System.Net.Mail;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using MailKitClient = MailKit.Net.Smtp.SmtpClient;

namespace AuditWatch.Notifications.Email;

/// <summary>
/// MailKit's client for one server: encrypted and logged in as the options ask, and content if only some of the recipients are taken.
/// After an exception it is of no use any more. Not thread-safe.
/// </summary>
internal sealed class SmtpConnection : MailKitClient
{
    private readonly EmailOptions _options;
    private readonly List<SmtpResponse> _replies = [];

    private SmtpConnection(EmailOptions options)
    {
        _options = options;
        CheckCertificateRevocation = false;
        var me = Dns.GetHostName();
        LocalDomain = me.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.') ? me : "localhost";
    }

    /// <summary>A connection over which mail can be sent.</summary>
    /// <exception cref="SmtpFailure">The server said no, or has not what the options ask for.</exception>
    /// <exception cref="IOException">The connection broke, or its certificate is not to be trusted; so do other exceptions of MailKit, see <see cref="SmtpFailure.Of"/>.</exception>
    public static async Task<SmtpConnection> OpenAsync(EmailOptions options, CancellationToken cancellation)
    {
        var connection = new SmtpConnection(options);
        try
        {
            await connection.ConnectAsync(cancellation);
            await connection.LogInAsync(cancellation);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Hands over one mail; returns what the server said to each recipient, in their order.</summary>
    /// <param name="mail">The mail.</param>
    /// <param name="recipients">Whom to deliver it to, no two the same. Those the server takes get it, if there are any.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    public async Task<IReadOnlyList<SmtpResponse>> SendAsync(MimeMessage mail, IReadOnlyList<MailAddress> recipients, CancellationToken cancellation)
    {
        var needsUtf8 = recipients.Append(_options.From).FirstOrDefault(address => !Ascii.IsValid(address.User));
        if (needsUtf8 is not null && !Capabilities.HasFlag(SmtpCapabilities.UTF8))
        {
            throw new SmtpFailure(DeliveryResult.Rejected($"the server does not offer SMTPUTF8, which the address {needsUtf8.Address} needs"));
        }

        var format = FormatOptions.Default.Clone();
        format.International = needsUtf8 is not null;
        _replies.Clear();
        try
        {
            await SendAsync(format, mail, EmailMessage.Mailbox(_options.From), recipients.Select(EmailMessage.Mailbox), cancellation);
        }
        catch (SmtpCommandException refused) when (refused.ErrorCode == SmtpErrorCode.RecipientNotAccepted)
        {
            // Nobody gets it; the replies say why.
        }

        return [.. _replies];
    }

    protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => _replies.Add(response);

    protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => _replies.Add(response);

    protected override void OnNoRecipientsAccepted(MimeMessage message) =>
        throw new SmtpCommandException(SmtpErrorCode.RecipientNotAccepted, _replies[0].StatusCode, _replies[0].Response);

    protected override SslClientAuthenticationOptions GetSslClientAuthenticationOptions(string host, RemoteCertificateValidationCallback remoteCertificateValidationCallback)
    {
        // MailKit's callback makes exceptions for large providers whose revocation lists cannot be reached: we ask for none, and need no exceptions.
        var how = base.GetSslClientAuthenticationOptions(host, remoteCertificateValidationCallback);
        how.RemoteCertificateValidationCallback = null;
        how.CertificateChainPolicy = AuthoritiesSetting.Policy(_options.Authorities);
        return how;
    }

    private async Task ConnectAsync(CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(_options.Host, _options.Port, cancellation);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var security = _options.TlsAtOnce ? SecureSocketOptions.SslOnConnect : _options.RequireTls ? SecureSocketOptions.StartTls : SecureSocketOptions.None;
        try
        {
            await ConnectAsync(new BoundedReplies(new NetworkStream(socket, ownsSocket: true)), _options.Host, _options.Port, security, cancellation);
        }
        catch (NotSupportedException)
        {
            // Perhaps somebody in between has taken the offer out, and will be found out: try again.
            throw new SmtpFailure(DeliveryResult.Retry("the server does not offer STARTTLS, which requireTls asks for"));
        }
    }

    private async Task LogInAsync(CancellationToken cancellation)
    {
        if (_options.Username is not { } username)
        {
            return;
        }

        var mechanism = _options.TokenFile is { } file ? Bearer(username, OAuthToken.Read(file)) : Password(username, _options.Password!);
        await AuthenticateAsync(mechanism, cancellation);
    }

    private SaslMechanism Password(string username, Secret password) =>
        AuthenticationMechanisms.Contains("PLAIN") ? new SaslMechanismPlain(Encoding.UTF8, username, password.Reveal())
        : AuthenticationMechanisms.Contains("LOGIN") ? new SaslMechanismLogin(Encoding.UTF8, username, password.Reveal())
        : throw new SmtpFailure(DeliveryResult.Rejected("the server offers no login with a password (AUTH PLAIN or LOGIN)"));

    private SaslMechanism Bearer(string username, Secret token) =>
        AuthenticationMechanisms.Contains("XOAUTH2") ? new SaslMechanismOAuth2(username, token.Reveal())
        : AuthenticationMechanisms.Contains("OAUTHBEARER") ? new SaslMechanismOAuthBearer(username, token.Reveal())
        : throw new SmtpFailure(DeliveryResult.Rejected("the server offers no login with a token (AUTH XOAUTH2 or OAUTHBEARER)"));
}
