namespace AuditWatch.Events.Derived;

/// <summary>
/// One text for each principal, however it is written, so that what a binding grants can be compared with who acts:
/// <c>user:jane</c>, <c>group:developers</c>, <c>serviceaccount:payments/app</c>. A service account that is named as a user, by its
/// full name, is the service account.
/// </summary>
internal static class Principal
{
    /// <summary>How much longer than kind, name and namespace together the text can be.</summary>
    public const int Slack = 16;

    /// <summary>The principal that a user's name stands for.</summary>
    public static ReadOnlySpan<byte> OfUser(ReadOnlySpan<byte> name, Span<byte> to) => Actor.TrySplit(name, out var space, out var account)
        ? OfAccount(space, account, to)
        : Write(to, "user:"u8, name);

    public static ReadOnlySpan<byte> OfGroup(ReadOnlySpan<byte> name, Span<byte> to) => Write(to, "group:"u8, name);

    public static ReadOnlySpan<byte> OfAccount(ReadOnlySpan<byte> space, ReadOnlySpan<byte> name, Span<byte> to) => Write(to, "serviceaccount:"u8, space, "/"u8, name);

    private static Span<byte> Write(Span<byte> to, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b = default, ReadOnlySpan<byte> c = default)
    {
        kind.CopyTo(to);
        a.CopyTo(to[kind.Length..]);
        b.CopyTo(to[(kind.Length + a.Length)..]);
        c.CopyTo(to[(kind.Length + a.Length + b.Length)..]);
        return to[..(kind.Length + a.Length + b.Length + c.Length)];
    }
}
