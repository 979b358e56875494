using System.Security.Cryptography;

namespace AuditWatch.Events;

/// <summary>Why one piece of input was rejected, and its place. Immutable.</summary>
/// <param name="Source">The name of the source: a file's path, <c>stdin</c> or <c>webhook</c>.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The byte within the line, from 1.</param>
/// <param name="Reason">Why it is no event, for a person. It has nothing of the input in it, which may be secret.</param>
public readonly record struct Rejection(string Source, long Line, long Column, string Reason)
{
    /// <summary>What the input is, as far as can be told. Default: <see cref="RejectionKind.NotAnEvent"/>.</summary>
    public RejectionKind Kind { get; init; }

    /// <summary>Identifies the input that was rejected.</summary>
    public RejectedPiece Piece { get; init; }

    /// <summary><c>source:line:column: reason</c>.</summary>
    public override string ToString() => $"{Source}:{Line}:{Column}: {Reason}";
}

/// <summary>What rejected input is, as far as can be told.</summary>
public enum RejectionKind
{
    /// <summary>JSON, but no audit event, nor anything that is known to stand beside them.</summary>
    NotAnEvent,

    /// <summary>Not JSON, or broken JSON: an event may have been in it.</summary>
    Malformed,

    /// <summary>A record of a log that is kept beside the audit log, such as that of another part of the control plane.</summary>
    OtherLog,

    /// <summary>Input that was not read: it is too long, or was damaged when it was compressed. Events may have been in it.</summary>
    Unread,
}

/// <summary>Identifies rejected input, so that it can be found again where it came from, without its contents, which may be secret. Immutable.</summary>
/// <param name="Offset">The byte of the stream at which it begins, from 0.</param>
/// <param name="Length">The number of its bytes that had arrived.</param>
/// <param name="Sha256">The SHA-256 of those bytes, in hexadecimal.</param>
public readonly record struct RejectedPiece(long Offset, long Length, string Sha256)
{
    /// <summary>The identity of a piece of text.</summary>
    internal static RejectedPiece Of(long offset, ReadOnlySpan<byte> text) => new(offset, text.Length, Convert.ToHexStringLower(SHA256.HashData(text)));
}
