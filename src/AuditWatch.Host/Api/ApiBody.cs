using System.Text.Json;
using System.Text.Json.Nodes;
using AuditWatch.Notifications.Rendering;
using AuditWatch.Web.Access;
using AuditWatch.Web.Trail;

namespace AuditWatch.Host.Api;

/// <summary>Bodies of requests to the API, which are small.</summary>
internal static class ApiBody
{
    private const int MaxBytes = 16 << 10;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>The body. Where it is known who sends it, it says so, whatever they wrote: they need not, and must not write anybody else.</summary>
    /// <param name="request">The request.</param>
    /// <param name="who">The member that says who it is.</param>
    /// <returns>The body; if there is none to go on with, the answer that says why.</returns>
    public static async Task<(ReadOnlyMemory<byte> Body, IResult? Refusal)> ReadAsync(HttpRequest request, string who = "by")
    {
        var body = new byte[MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
        return length > MaxBytes ? (default, Problem.Result(StatusCodes.Status413PayloadTooLarge, $"the request has more than {MaxBytes:N0} bytes"))
            : Caller.Of(request.HttpContext).Name is not { } name ? (Followed(request, body.AsMemory(0, length), who), null)
            : Signed(body.AsSpan(0, length), who, name);
    }

    // Who they say they are goes into the trail. What is wrong with it is said where it is read.
    private static ReadOnlyMemory<byte> Followed(HttpRequest request, ReadOnlyMemory<byte> body, string who)
    {
        try
        {
            using var said = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = Strict.MaxDepth });
            if (said.RootElement.ValueKind == JsonValueKind.Object && said.RootElement.TryGetProperty(who, out var name) && name.ValueKind == JsonValueKind.String)
            {
                request.HttpContext.Features.Set(new ActedOn(DisplayText.Of(name.GetString()!, WhoBody.MaxLength), []));
            }
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
        }

        return body;
    }

    private static (ReadOnlyMemory<byte> Body, IResult? Refusal) Signed(ReadOnlySpan<byte> body, string who, string name)
    {
        try
        {
            if (JsonNode.Parse(body, documentOptions: Strict) is not JsonObject said)
            {
                return (default, Problem.Result(StatusCodes.Status400BadRequest, "the body is not a JSON object"));
            }

            if (said[who] is { } other && (other.GetValueKind() != JsonValueKind.String || other.GetValue<string>() != name))
            {
                return (default, Problem.Result(StatusCodes.Status400BadRequest, $"'{who}' has to be left out, or '{name}': that is who you are here"));
            }

            said[who] = name;
            return (JsonSerializer.SerializeToUtf8Bytes(said), null);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or ArgumentException)
        {
            return (default, Problem.Result(StatusCodes.Status400BadRequest, $"the body is not JSON: {problem.Message}"));
        }
    }
}
