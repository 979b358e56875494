using System.Net.Sockets;
using AuditWatch.Notifications.Rendering;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace AuditWatch.Notifications.Email;

/// <summary>An attempt that came to its end before the mail was accepted.</summary>
internal sealed class SmtpFailure(DeliveryResult result) : Exception(result.Reason)
{
    /// <summary>What it means that an attempt ended with an exception; null if that is none of the network's, the server's or ours.</summary>
    public static DeliveryResult? Of(Exception problem) => problem switch
    {
        SmtpFailure failure => failure.Result,
        SmtpCommandException refusal => From(What(refusal.ErrorCode), refusal.StatusCode, refusal.Message),
        ServiceNotAuthenticatedException refusal => From("the server asks for a login", SmtpStatusCode.AuthenticationRequired, refusal.Message),
        AuthenticationException refusal => LoginRefused(refusal.Message),
        SslHandshakeException { InnerException: { } inner } => DeliveryResult.Retry($"cannot reach the mail server: {inner.Message}"),
        ProtocolException or IOException or SocketException or SslHandshakeException => DeliveryResult.Retry($"cannot reach the mail server: {problem.Message}"),
        _ => null,
    };

    /// <summary>A server's reply in one line, as far as people need it.</summary>
    public static string Text(SmtpStatusCode code, string text) => DisplayText.Of($"{(int)code} {text.ReplaceLineEndings(" ")}".TrimEnd(), 200);

    /// <summary>What a reply's first digit stands for: 2 done, 3 go on, 4 not now, 5 never (RFC 5321, 4.2.1).</summary>
    public static int Class(SmtpStatusCode code) => (int)code / 100;

    private DeliveryResult Result => result;

    private static DeliveryResult From(string what, SmtpStatusCode code, string text) =>
        Class(code) == 5 ? DeliveryResult.Rejected($"{what}: {Text(code, text)}") : DeliveryResult.Retry($"{what}: {Text(code, text)}");

    private static string What(SmtpErrorCode error) => error switch
    {
        SmtpErrorCode.SenderNotAccepted => "the server does not take the sender",
        SmtpErrorCode.MessageNotAccepted => "the server does not take the mail",
        _ => "the server does not take mail",
    };

    // MailKit's message begins with the reply's code. What the server says after it stays out of the reason: it could repeat the password.
    private static DeliveryResult LoginRefused(string message)
    {
        var code = string.Concat(message.TakeWhile(char.IsAsciiDigit).Take(3));
        var reason = $"the server does not take the login: {code}".TrimEnd(' ', ':');
        return code.StartsWith('4') ? DeliveryResult.Retry(reason) : DeliveryResult.Rejected(reason);
    }
}
