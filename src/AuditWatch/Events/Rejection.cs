using System.Security.Cryptography;

namespace AuditWatch.Events;

/// <summary>Input that could not be read as an audit event, and where it stood.</summary>
/// <param name="Source">The file or other source.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The byte within the line, from 1.</param>
/// <param name="Reason">What is wrong, in words; holds nothing of the input.</param>
public readonly record struct Rejection(string Source, long Line, long Column, string Reason)
{
    /// <summary>What it is, as far as can be told. Default: <see cref="RejectionKind.NotAnEvent"/>.</summary>
    public RejectionKind Kind { get; init; }

    /// <summary>What was rejected, as far as it was at hand.</summary>
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

    /// <summary>Of a log that is kept beside the audit log, such as what another part of the control plane writes.</summary>
    OtherLog,

    /// <summary>What nobody has looked into: too long, or damaged where it was compressed. Events may have been in it.</summary>
    Unread,
}

/// <summary>By what rejected input can be found again where it came from. It says nothing of what it holds, which may be anybody's secret.</summary>
/// <param name="Offset">The byte of the stream at which it begins, from 0.</param>
/// <param name="Length">How many bytes of it were at hand.</param>
/// <param name="Sha256">The SHA-256 of those, in hexadecimal digits.</param>
public readonly record struct RejectedPiece(long Offset, long Length, string Sha256)
{
    /// <summary>That of a piece of text.</summary>
    internal static RejectedPiece Of(long offset, ReadOnlySpan<byte> text) => new(offset, text.Length, Convert.ToHexStringLower(SHA256.HashData(text)));
}
