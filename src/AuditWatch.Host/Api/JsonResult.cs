using System.Buffers;
using System.Text.Json;

namespace AuditWatch.Host.Api;

/// <summary>An answer in JSON.</summary>
internal static class JsonResult
{
    public static IResult Of(Action<Utf8JsonWriter> write, int status = StatusCodes.Status200OK)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            write(json);
        }

        return Results.Text(buffer.WrittenSpan, "application/json; charset=utf-8", status);
    }
}
