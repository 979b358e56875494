namespace AuditWatch.Events;

/// <summary>The position of a source, stored with the outcome of a batch and given back to the source after a restart. Immutable.</summary>
/// <param name="Key">Identifies the source, also after a restart; at most 1,024 bytes of UTF-8.</param>
/// <param name="Value">The position, in a form of the source's own.</param>
public sealed record Checkpoint(string Key, ReadOnlyMemory<byte> Value);
