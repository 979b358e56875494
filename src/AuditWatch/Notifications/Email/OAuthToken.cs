namespace AuditWatch.Notifications.Email;

/// <summary>
/// An OAuth 2 access token in a file that something else keeps fresh: tokens live for an hour or so, and fetching one is each provider's own business.
/// </summary>
internal static class OAuthToken
{
    /// <summary>The token that is in the file now.</summary>
    /// <exception cref="SmtpFailure">There is none: it may be there at the next attempt.</exception>
    public static Secret Read(string path) =>
        TryRead(path, out var problem) ?? throw new SmtpFailure(DeliveryResult.Retry(problem));

    /// <summary>The token that is in the file now; null if there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problem">What is wrong with it; holds nothing of its content.</param>
    public static Secret? TryRead(string path, out string problem)
    {
        try
        {
            // The token's characters are those of RFC 6750; anything else would be somebody else's file.
            var token = File.ReadAllText(path).Trim();
            problem = token.Length == 0 ? $"the token file '{path}' is empty" : $"the token file '{path}' holds something else than a token";
            return token.Length > 0 && token.All(c => c is > ' ' and <= '~') ? new Secret(token) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problem = $"the token cannot be read: {fault.Message}";
            return null;
        }
    }
}
