using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Sources.Webhook;

/// <summary>
/// What is particular to a request of Amazon Data Firehose: its token is in a header of its own, and its answer must be JSON that names the request; anything
/// else counts as a failure (Amazon Data Firehose Developer Guide, HTTP endpoint delivery request and response specifications).
/// </summary>
/// <param name="RequestId">Which request it is, the same when it is sent again.</param>
internal sealed record FirehoseDelivery(string RequestId)
{
    private const int LongestId = 256;

    /// <summary>The delivery that a request is; null if it is none.</summary>
    public static FirehoseDelivery? Of(HttpRequest request) =>
        request.Headers["X-Amz-Firehose-Request-Id"].ToString() is { Length: > 0 and <= LongestId } id ? new FirehoseDelivery(id) : null;

    /// <summary>Who a request says it comes from, as an Authorization header says it: Firehose has a header of its own for it.</summary>
    public static string? Authorization(HttpRequest request) =>
        request.Headers["X-Amz-Firehose-Access-Key"].ToString() is { Length: > 0 } key ? $"Bearer {key}" : request.Headers.Authorization.ToString();

    /// <summary>Writes an answer as Firehose reads it.</summary>
    public async Task WriteAsync(WebhookAnswer answer, HttpResponse response, TimeProvider time)
    {
        response.StatusCode = answer.Status;
        response.ContentType = "application/json";
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("requestId", RequestId);
            json.WriteNumber("timestamp", time.GetUtcNow().ToUnixTimeMilliseconds());
            if (answer.Status != StatusCodes.Status200OK)
            {
                json.WriteString("errorMessage", answer.Text);
            }

            json.WriteEndObject();
        }

        await response.Body.WriteAsync(buffer.ToArray()).ConfigureAwait(false);
    }
}
