using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AuditWatch.Notifications.Http;

/// <summary>A document of JSON as the body of a request: in UTF-8, in which a letter beyond ASCII takes two to four bytes and not the six or twelve of an escape, so that services' limits hold more of it.</summary>
internal static class JsonBody
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The same for what is written piece by piece.</summary>
    public static JsonWriterOptions Writing { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The body of a request.</summary>
    public static HttpContent Of(JsonNode document)
    {
        var content = new ByteArrayContent(Encode(document));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    /// <summary>The bytes of the document.</summary>
    public static byte[] Encode(JsonNode document) => JsonSerializer.SerializeToUtf8Bytes(document, Relaxed);
}
