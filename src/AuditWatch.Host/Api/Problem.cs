namespace AuditWatch.Host.Api;

/// <summary>What went wrong with a request to the API, as <c>{"errors":["…"]}</c>.</summary>
internal static class Problem
{
    public static IResult Result(int status, params IReadOnlyList<string> errors) => Results.Json(new { errors }, statusCode: status);
}
