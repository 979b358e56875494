using System.Security.Cryptography;

namespace AuditWatch.Sources.FileTail;

/// <summary>
/// What a file begins with. Two logs never begin alike, for every event has an ID of its own; so this finds a file again that has been copied or
/// compressed, and tells it from one that has been given its number.
/// </summary>
/// <param name="Length">How many bytes of the text are meant; 0 says nothing about any file.</param>
/// <param name="Sha256">Their hash, for they may hold what is secret.</param>
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
