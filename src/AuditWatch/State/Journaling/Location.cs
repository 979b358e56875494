namespace AuditWatch.State.Journaling;

/// <summary>Where the value of a record lies.</summary>
/// <param name="Source">What it lies in.</param>
/// <param name="Offset">Where in there it begins.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Checksum">Its CRC-32C.</param>
internal readonly record struct Location(IValueSource Source, long Offset, int Length, uint Checksum);

/// <summary>What values lie in.</summary>
internal interface IValueSource
{
    /// <summary>The value at a place.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    ReadOnlyMemory<byte> Read(in Location place);
}
