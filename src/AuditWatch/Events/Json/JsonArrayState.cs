using System.Text;
using System.Text.Json;

namespace AuditWatch.Events.Json;

/// <summary>
/// Where among the items of an EventList or an array reading goes on. A JSON reader that is to begin there must believe to have read
/// what comes before: the shortest text that leads to the same place stands in for it.
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

    /// <summary>The state to begin with.</summary>
    public JsonReaderState State { get; }

    /// <summary>How many bytes the reader believes to have read.</summary>
    public int Length { get; }

    /// <summary>The context once an item has been read.</summary>
    public JsonArrayState AfterItem { get; }
}
