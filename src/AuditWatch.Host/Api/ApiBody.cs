namespace AuditWatch.Host.Api;

/// <summary>Bodies of requests to the API, which are small.</summary>
internal static class ApiBody
{
    private const int MaxBytes = 16 << 10;

    /// <summary>The body; if it is too long, the answer that says so.</summary>
    public static async Task<(ReadOnlyMemory<byte> Body, IResult? TooLong)> ReadAsync(HttpRequest request)
    {
        var body = new byte[MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
        return length <= MaxBytes
            ? (body.AsMemory(0, length), null)
            : (default, Problem.Result(StatusCodes.Status413PayloadTooLarge, $"the request has more than {MaxBytes:N0} bytes"));
    }
}
