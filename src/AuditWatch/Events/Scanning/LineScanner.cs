using AuditWatch.Events.Json;

namespace AuditWatch.Events.Scanning;

/// <summary>
/// Reads what nearly every line of an audit log is, one event as compact JSON, several times as fast as a JSON reader; and declines everything else,
/// valid or not, which is then for <see cref="EventParser"/> to read or reject. For what it accepts it gives the very slots that the parser would.
/// <code>
///   {"level":"Metadata","user":{"username":"jane","extra":{...}},"requestObject":{...}}⏎
///   ^       ^          ^      ^^          ^      ^       ^^   ^^^               ^^   ^^
///   1. <see cref="StructureIndex"/> finds the structure: 64 bytes at a time, no branch that depends on what the bytes are.
///   2. <see cref="StructureWalk"/> goes from one place to the next, never over the bytes between: checks the grammar, compares keys where fields
///      may stand, and steps through bodies without a look at what is in them.
/// </code>
/// The idea of the two steps is that of simdjson (Langdale and Lemire, "Parsing Gigabytes of JSON per Second", 2019).
/// </summary>
/// <param name="places">Room for the places of the structure, at least <see cref="StructureIndex.Room"/>; used for one line after the other.</param>
internal readonly ref struct LineScanner(Span<int> places)
{
    private readonly Span<int> _places = places;

    /// <summary>Reads one line.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where in it an object begins.</param>
    /// <param name="slots">Where to note the fields, as <see cref="EventBatch"/> keeps them; all missing.</param>
    /// <param name="end">Where the line feed after the event stands, which the text must have.</param>
    /// <returns>Whether the line is one event; otherwise something of it may have been noted.</returns>
    public bool TryRead(ReadOnlySpan<byte> text, int start, Span<int> slots, out int end) =>
        StructureIndex.TryRead(text, start, _places, out end) && end < text.Length && new StructureWalk(text, _places, slots).TryReadEvent(end);
}
