namespace AuditWatch.Events;

/// <summary>How far a source has come.</summary>
/// <param name="Key">Tells it from every other source's, at most 1,024 bytes of UTF-8; the same after a restart.</param>
/// <param name="Value">What the source makes of it.</param>
public sealed record Checkpoint(string Key, ReadOnlyMemory<byte> Value);
