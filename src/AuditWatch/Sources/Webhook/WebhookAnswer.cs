using Microsoft.AspNetCore.Http;

namespace AuditWatch.Sources.Webhook;

/// <summary>The answer to a request. Its text repeats nothing of what was sent. Immutable.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Text">What a person who tries the webhook by hand needs to know.</param>
internal sealed record WebhookAnswer(int Status, string Text)
{
    /// <summary>Seconds after which to come again; API servers do so several times within the 30 seconds they give a request.</summary>
    private const string RetryAfter = "2";

    /// <summary>Whether the text is JSON, for a program. Default: false.</summary>
    public bool IsJson { get; init; }

    /// <summary>Whether it answers an export of OpenTelemetry in JSON. Default: false.</summary>
    public bool IsToOtlpJson { get; init; }

    /// <summary>How many pieces of the body were no audit events, of a body of which there were some. Default: 0.</summary>
    public long Rejected { get; init; }

    /// <summary>Writes it.</summary>
    public async Task WriteAsync(HttpResponse response)
    {
        WriteHead(response);
        response.ContentType = IsJson ? "application/json" : "text/plain; charset=utf-8";
        await response.WriteAsync(Text + "\n").ConfigureAwait(false);
    }

    /// <summary>Writes the status, and when to come again.</summary>
    public void WriteHead(HttpResponse response)
    {
        response.StatusCode = Status;
        if (Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = RetryAfter;
        }
    }
}
