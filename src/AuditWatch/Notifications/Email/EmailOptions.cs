using System.Net.Mail;
using System.Security.Cryptography.X509Certificates;
using MimeKit;

namespace AuditWatch.Notifications.Email;

/// <summary>To whom mail goes, and through which server. Immutable.</summary>
internal sealed record EmailOptions
{
    /// <summary>The recipients, at least one. Letters beyond ASCII before the @ need a server with SMTPUTF8.</summary>
    public required IReadOnlyList<MailAddress> To { get; init; }

    /// <summary>The sender, with or without a name; of its letters holds the same.</summary>
    public required MailAddress From { get; init; }

    /// <summary>The name of the server that takes the mail, which its certificate has to bear.</summary>
    public required string Host { get; init; }

    /// <summary>Its port. Default: 587.</summary>
    public int Port { get; init; } = 587;

    /// <summary>Whether TLS begins at once, as servers have it at port 465, instead of with STARTTLS. Default: false.</summary>
    public bool TlsAtOnce { get; init; }

    /// <summary>Whom to log in as; null to send without a login. The login is sent only over TLS or to this machine itself.</summary>
    public string? Username { get; init; }

    /// <summary>The password that goes with it, unless there is a <see cref="TokenFile"/>.</summary>
    public Secret? Password { get; init; }

    /// <summary>
    /// A file with an OAuth 2 access token to log in with (XOAUTH2, or OAUTHBEARER where that is offered instead); null to log in with the password.
    /// Read anew at each login, so that whatever refreshes tokens only has to write the file.
    /// </summary>
    public string? TokenFile { get; init; }

    /// <summary>Whether mail goes over TLS only; if not, the server is not asked for STARTTLS at all. Default: true.</summary>
    public bool RequireTls { get; init; } = true;

    /// <summary>The certification authorities to trust instead of the system's; null for the system's.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The sender's domain, in ASCII.</summary>
    internal string Domain => MailboxAddress.EncodeAddrspec(From.Address).Split('@')[^1];
}
