using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Notifications.Email;

/// <summary>A server's answer to one command (RFC 5321, 4.2).</summary>
/// <param name="Code">The three digits that programs go by.</param>
/// <param name="Lines">The text of each line, at least one.</param>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    /// <summary>What the reply's first digit stands for: 2 done, 3 go on, 4 not now, 5 never.</summary>
    public int Class => Code / 100;

    /// <summary>The reply in one line, as far as people need it.</summary>
    public override string ToString() => DisplayText.Of($"{Code} {string.Join(' ', Lines)}".TrimEnd(), 200);
}

/// <summary>An attempt that came to its end before the mail was accepted.</summary>
internal sealed class SmtpFailure(DeliveryResult result) : Exception(result.Reason)
{
    /// <summary>How the attempt ended.</summary>
    public DeliveryResult Result => result;

    /// <summary>The failure that a reply means.</summary>
    public static SmtpFailure From(string what, SmtpReply reply) =>
        new(reply.Class == 5 ? DeliveryResult.Rejected($"{what}: {reply}") : DeliveryResult.Retry($"{what}: {reply}"));
}
