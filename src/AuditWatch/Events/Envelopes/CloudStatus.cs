using System.Text.Json;
using AuditWatch.Events.Json;

namespace AuditWatch.Events.Envelopes;

/// <summary>
/// Translates the status of Google's audit log to <c>responseStatus</c>. An empty status is success, whose HTTP code depends on the verb; where Kubernetes has
/// answered with a Status of its own, that counts.
/// </summary>
internal static class CloudStatus
{
    /// <summary>Writes <c>responseStatus</c>.</summary>
    public static void Write(Utf8JsonWriter json, JsonValue payload, string verb, string subresource)
    {
        var status = RelativePath.Member(payload, "status"u8);
        json.WriteStartObject("responseStatus"u8);
        if (RelativePath.Member(status, "message"u8) is { Kind: JsonKind.String } message)
        {
            json.WriteString("message"u8, message.ToString());
        }

        var code = RelativePath.Member(status, "code"u8).TryGetInt64(out var rpc) ? HttpStatus(rpc) : 0;
        if (code == 0 && RelativePath.Member(RelativePath.Member(payload, "response"u8), "code"u8).TryGetInt64(out var answered) && answered is >= 400 and < 600)
        {
            code = answered;
        }

        json.WriteNumber("code"u8, code != 0 ? code : Success(verb, subresource));
        json.WriteEndObject();
    }

    private static long Success(string verb, string subresource) =>
        subresource is "exec" or "attach" or "portforward" ? 101 : verb == "create" ? 201 : 200;

    // The codes of google.rpc.Code and what they mean in HTTP; a number of HTTP itself is taken as it is.
    private static long HttpStatus(long code) => code switch
    {
        0 => 0,
        1 => 499,
        3 or 9 or 11 => 400,
        4 => 504,
        5 => 404,
        6 or 10 => 409,
        7 => 403,
        8 => 429,
        12 => 501,
        14 => 503,
        16 => 401,
        >= 100 => code,
        _ => 500,
    };
}
