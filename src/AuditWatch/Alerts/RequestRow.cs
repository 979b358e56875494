using AuditWatch.Detection;
using AuditWatch.State;

namespace AuditWatch.Alerts;

/// <summary>A request that an alert keeps, as a row of <see cref="StateTables.Requests"/>.</summary>
internal static class RequestRow
{
    /// <summary>The values of the row.</summary>
    public static object?[] Write(string alert, int place, RequestSnapshot request) =>
    [
        alert, place, request.Time, request.AuditId, request.Stage, request.Verb, request.RequestUri, request.User, request.ImpersonatedUser, request.ClientIP, request.UserAgent,
        request.ObjectRef?.ApiGroup, request.ObjectRef?.Resource, request.ObjectRef?.Subresource, request.ObjectRef?.Namespace, request.ObjectRef?.Name,
        request.Code, request.Outcome, request.Reason, request.Command,
        request.Related is { Count: > 0 } related ? NestedJson.Write(related) : null,
        request.Changes is { Count: > 0 } changes ? NestedJson.Write(changes) : null,
    ];

    /// <summary>The request of a row.</summary>
    public static RequestSnapshot Read(StateRow row)
    {
        var reference = new ObjectReference(
            row.OptionalText("api_group"), row.OptionalText("resource"), row.OptionalText("subresource"), row.OptionalText("namespace"), row.OptionalText("name"));
        return new RequestSnapshot
        {
            Time = row.Time("time"),
            AuditId = row.OptionalText("audit_id"),
            Stage = row.OptionalText("stage"),
            Verb = row.OptionalText("verb"),
            RequestUri = row.OptionalText("request_uri"),
            User = row.OptionalText("username"),
            ImpersonatedUser = row.OptionalText("impersonated_user"),
            ClientIP = row.OptionalText("client_ip"),
            UserAgent = row.OptionalText("user_agent"),
            ObjectRef = reference == new ObjectReference(null, null, null, null, null) ? null : reference,
            Code = (int?)row.OptionalNumber("code"),
            Outcome = row.Text("outcome"),
            Reason = row.OptionalText("reason"),
            Command = row.OptionalText("command"),
            Related = row.OptionalText("related") is { } related ? NestedJson.ReadTexts(related) : [],
            Changes = row.OptionalText("changes") is { } changes ? NestedJson.ReadTexts(changes) : [],
        };
    }
}
