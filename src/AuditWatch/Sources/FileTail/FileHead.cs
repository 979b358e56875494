using System.Security.Cryptography;

namespace AuditWatch.Sources.FileTail;

/// <summary>
/// A hash of the first bytes of a log. No two logs begin alike, because each event has an id of its own: so a file is found again that was copied or compressed,
/// and is told from another one that got its inode number. Immutable.
/// </summary>
/// <param name="Length">How many bytes were hashed, before compression; 0 matches no file.</param>
/// <param name="Sha256">Their SHA-256, in hexadecimal. The bytes themselves may be secret.</param>
internal readonly record struct FileHead(int Length, string Sha256)
{
    /// <summary>How many bytes are looked at, as soon as they are there.</summary>
    public const int MaxLength = 1024;

    // The auditID comes early in an event.
    private const int SureLength = 200;

    /// <summary>Whether it is long enough for an event's ID to be in it, so that nothing but a copy begins likewise.</summary>
    public bool IsSure => Length >= SureLength;

    /// <summary>The head of a text.</summary>
    public static FileHead Of(ReadOnlySpan<byte> text)
    {
        var head = text[..Math.Min(text.Length, MaxLength)];
        return new FileHead(head.Length, Convert.ToHexStringLower(SHA256.HashData(head)));
    }

    /// <summary>Whether a text begins so.</summary>
    public bool IsOf(ReadOnlySpan<byte> text) => Length > 0 && text.Length >= Length && Of(text[..Length]) == this;
}
