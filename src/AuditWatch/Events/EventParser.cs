using System.Text.Json;
using AuditWatch.Events.Json;

namespace AuditWatch.Events;

/// <summary>Finds the places of the indexed fields in a JSON object, in a single pass with the JSON reader of .NET: for all that <see cref="Scanning.LineScanner"/> declines.</summary>
internal static class EventParser
{
    // The longest name of a field, each of its letters written as \u0000.
    private const int LongestKey = 6 * 24;

    /// <summary>What an object turned out to be.</summary>
    public enum Found
    {
        /// <summary>An event: the reader stands on its end.</summary>
        Event,

        /// <summary>Another object: the reader stands on its end.</summary>
        NotAnEvent,

        /// <summary>An EventList or another list: the reader stands on the start of its items.</summary>
        Items,

        /// <summary>The text ends within the object.</summary>
        Incomplete,
    }

    /// <summary>Reads the object at whose start the reader is.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="slots">Receives the places of the fields, in the layout of <see cref="EventBatch"/>.</param>
    /// <param name="text">The batch's text.</param>
    /// <param name="origin">The place in the batch's text at which the reader began.</param>
    /// <param name="mayBeList">Whether the object is a list of events if it has an array <c>items</c>, or of another name that such lists use.</param>
    /// <exception cref="JsonException">The JSON is broken.</exception>
    public static Found Read(ref Utf8JsonReader reader, Span<int> slots, ReadOnlySpan<byte> text, int origin, bool mayBeList)
    {
        Span<byte> scratch = stackalloc byte[LongestKey];
        while (true)
        {
            if (!reader.Read())
            {
                return Found.Incomplete;
            }

            if (reader.TokenType == JsonTokenType.EndObject)
            {
                return EventShape.IsEvent(text, slots) ? Found.Event : Found.NotAnEvent;
            }

            var key = Key(reader.ValueSpan, reader.ValueIsEscaped, scratch);
            var isItems = mayBeList && IsList(key);
            var known = EventFields.TryFind(key, out var field);
            if (!reader.Read())
            {
                return Found.Incomplete;
            }

            if (isItems && reader.TokenType == JsonTokenType.StartArray && !Has(slots, EventField.AuditId) && !Has(slots, EventField.Verb))
            {
                return Found.Items;
            }

            // Of a repeated key the last counts, as in the API server: nothing of an earlier one may show through.
            var hasMembers = known && EventFields.HasMembers(field);
            if (hasMembers)
            {
                EventFields.ClearMembers(slots, field);
            }

            var start = (int)reader.TokenStartIndex;
            var read = hasMembers && reader.TokenType == JsonTokenType.StartObject
                ? ReadMembers(ref reader, slots, origin, field, scratch)
                : reader.TrySkip();
            if (!read)
            {
                return Found.Incomplete;
            }

            if (known)
            {
                Set(slots, field, origin + start, (int)reader.BytesConsumed - start);
            }
        }
    }

    private static bool ReadMembers(ref Utf8JsonReader reader, Span<int> slots, int origin, EventField parent, scoped Span<byte> scratch)
    {
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                return true;
            }

            var known = EventFields.TryFindMember(Key(reader.ValueSpan, reader.ValueIsEscaped, scratch), parent, out var field);
            if (!reader.Read())
            {
                return false;
            }

            var start = (int)reader.TokenStartIndex;
            if (!reader.TrySkip())
            {
                return false;
            }

            if (known)
            {
                Set(slots, field, origin + start, (int)reader.BytesConsumed - start);
            }
        }

        return false;
    }

    // An EventList, and what clouds call the lists of what they deliver or print, which may be of any length. The logEvents of CloudWatch may not, and say beside them where they come from.
    private static bool IsList(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("items"u8) || key.SequenceEqual("records"u8) || key.SequenceEqual("events"u8) || key.SequenceEqual("entries"u8)
        || key.SequenceEqual("Records"u8) || key.SequenceEqual("receivedMessages"u8);

    private static bool Has(ReadOnlySpan<int> slots, EventField field) => slots[3 + (2 * (int)field)] != 0;

    // The reader's own comparisons throw on a key with half a surrogate pair in it; to us that is a key we do not know.
    private static ReadOnlySpan<byte> Key(ReadOnlySpan<byte> key, bool isEscaped, Span<byte> scratch) =>
        isEscaped && key.Length <= scratch.Length ? scratch[..JsonEscapes.Resolve(key, scratch)] : key;

    private static void Set(Span<int> slots, EventField field, int start, int length)
    {
        slots[2 + (2 * (int)field)] = start;
        slots[3 + (2 * (int)field)] = length;
    }
}
