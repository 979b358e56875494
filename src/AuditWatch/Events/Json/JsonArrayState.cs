using System.Text;
using System.Text.Json;

namespace AuditWatch.Events.Json;

/// <summary>
/// The state in which a JSON reader resumes among the items of an EventList or of an array, without the text before. It is the state after the shortest text
/// that leads there. Immutable; safe for any number of threads.
/// </summary>
internal sealed class JsonArrayState
{
    /// <summary>At the start of an array.</summary>
    public static readonly JsonArrayState ArrayStart = new("[", new JsonArrayState("[{}"));

    /// <summary>At the start of the items of an EventList.</summary>
    public static readonly JsonArrayState ListStart = new("{\"\":[", new JsonArrayState("{\"\":[{}"));

    private JsonArrayState(string before, JsonArrayState? afterItem = null)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(before), isFinalBlock: false, new JsonReaderState(JsonValue.ReaderOptions));
        while (reader.Read())
        {
        }

        State = reader.CurrentState;
        Length = before.Length;
        AfterItem = afterItem ?? this;
    }

    /// <summary>The state for the reader.</summary>
    public JsonReaderState State { get; }

    /// <summary>How many bytes the reader counts as read in that state.</summary>
    public int Length { get; }

    /// <summary>The state after another item.</summary>
    public JsonArrayState AfterItem { get; }
}
