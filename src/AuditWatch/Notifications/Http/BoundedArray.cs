using System.Text.Json.Nodes;

namespace AuditWatch.Notifications.Http;

/// <summary>The elements of a document of JSON that may have so many bytes: what there is no room for is left out, whole. Not thread-safe.</summary>
/// <param name="room">The most bytes of all elements.</param>
internal sealed class BoundedArray(int room)
{
    private readonly JsonArray _elements = [];

    /// <summary>The elements, to be put into a document.</summary>
    public JsonArray ToJson() => _elements;

    /// <summary>Adds an element.</summary>
    /// <returns>Whether there was room for it.</returns>
    public bool TryAdd(JsonNode element)
    {
        var size = JsonBody.Encode(element).Length + 1;
        if (size > room)
        {
            return false;
        }

        room -= size;
        _elements.Add(element);
        return true;
    }

    /// <summary>Adds as many elements as there is room for, in their order.</summary>
    /// <returns>How many were left out.</returns>
    public int AddAll(IEnumerable<JsonNode> elements) => elements.Count(element => !TryAdd(element));
}
