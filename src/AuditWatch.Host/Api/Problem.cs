namespace AuditWatch.Host.Api;

/// <summary>What went wrong with a request to the API, as <c>{"errors":["…"]}</c>.</summary>
internal static class Problem
{
    /// <summary>The answer of what reads the state; 503 if that cannot be read.</summary>
    public static IResult? IfUnreadable(Func<IResult?> read)
    {
        try
        {
            return read();
        }
        catch (IOException problem)
        {
            return Result(StatusCodes.Status503ServiceUnavailable, problem.Message);
        }
    }

    public static IResult Result(int status, params IReadOnlyList<string> errors) => Results.Json(new { errors }, statusCode: status);
}
