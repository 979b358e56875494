using System.Text;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Sources.Webhook;

/// <summary>
/// How OpenTelemetry's binary form is answered: ExportLogsServiceResponse, which says how many records were rejected, and google.rpc.Status with what is no 200
/// (OTLP 1.x, OTLP/HTTP Response).
/// </summary>
internal static class OtlpAnswer
{
    /// <summary>Whether a request is in this form.</summary>
    public static bool IsFor(HttpRequest request) => request.ContentType?.Split(';')[0].Trim().Equals(OtlpBody.MediaType, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Writes an answer.</summary>
    public static async Task WriteAsync(WebhookAnswer answer, HttpResponse response)
    {
        answer.WriteHead(response);
        response.ContentType = OtlpBody.MediaType;
        await response.Body.WriteAsync(BytesOf(answer)).ConfigureAwait(false);
    }

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
