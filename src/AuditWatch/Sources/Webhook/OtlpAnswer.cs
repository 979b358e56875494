using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Sources.Webhook;

/// <summary>
/// How exports of OpenTelemetry are answered, each in its own form: ExportLogsServiceResponse, which says how many records were rejected, and google.rpc.Status with what is no 200
/// (OTLP 1.x, OTLP/HTTP Response).
/// </summary>
internal static class OtlpAnswer
{
    /// <summary>Whether a request is in the binary form.</summary>
    public static bool IsFor(HttpRequest request) => request.ContentType?.Split(';')[0].Trim().Equals(OtlpBody.MediaType, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Whether a body that begins with a text is in the form of JSON.</summary>
    public static bool IsFor(ReadOnlySpan<byte> text)
    {
        var start = text.TrimStart("\uFEFF \t\r\n"u8);
        return start.StartsWith("{"u8) && start[1..].TrimStart(" \t\r\n"u8).StartsWith("\"resourceLogs\""u8);
    }

    /// <summary>Writes an answer in the binary form, or in JSON if that is what it answers.</summary>
    public static async Task WriteAsync(WebhookAnswer answer, HttpResponse response)
    {
        answer.WriteHead(response);
        response.ContentType = answer.IsToOtlpJson ? "application/json" : OtlpBody.MediaType;
        await response.Body.WriteAsync(answer.IsToOtlpJson ? JsonOf(answer) : BytesOf(answer)).ConfigureAwait(false);
    }

    /// <summary>An answer in JSON, in which the protocol has 64-bit numbers as texts.</summary>
    internal static byte[] JsonOf(WebhookAnswer answer) =>
        answer.Status != StatusCodes.Status200OK ? JsonSerializer.SerializeToUtf8Bytes(new { message = answer.Text })
        : answer.Rejected > 0 ? JsonSerializer.SerializeToUtf8Bytes(new { partialSuccess = new { rejectedLogRecords = $"{answer.Rejected}", errorMessage = answer.Text } })
        : "{}"u8.ToArray();

    /// <summary>An answer in protobuf.</summary>
    internal static byte[] BytesOf(WebhookAnswer answer) =>
        answer.Status != StatusCodes.Status200OK ? Text(field: 2, answer.Text)
        : answer.Rejected > 0 ? Bytes(field: 1, [.. Number(field: 1, answer.Rejected), .. Text(field: 2, answer.Text)])
        : [];

    private static byte[] Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Bytes(int field, byte[] bytes) => [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)bytes.Length), .. bytes];

    private static byte[] Number(int field, long number) => [.. Varint((ulong)field << 3), .. Varint((ulong)number)];

    private static IEnumerable<byte> Varint(ulong number)
    {
        for (; number >= 0x80; number >>= 7)
        {
            yield return (byte)(number | 0x80);
        }

        yield return (byte)number;
    }
}
