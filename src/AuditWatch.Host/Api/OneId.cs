using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Host.Api;

/// <summary>Ids that a request may cut short.</summary>
internal static class OneId
{
    private const int IdLength = 16;

    /// <summary>The one id that is, or begins with, what a request says; null if there is none or several.</summary>
    /// <param name="text">What it says.</param>
    /// <param name="ids">All ids.</param>
    /// <param name="what">What has them, in a word.</param>
    /// <param name="refusal">What to answer if it is null.</param>
    public static string? Of(string text, IEnumerable<string> ids, string what, out IResult? refusal)
    {
        var found = ids.Where(id => id.StartsWith(text, StringComparison.Ordinal)).Take(2).ToList();
        refusal = found.Count switch
        {
            1 => null,
            0 => Problem.Result(StatusCodes.Status404NotFound, $"there is no {what} '{DisplayText.Of(text, IdLength)}'"),
            _ => Problem.Result(StatusCodes.Status409Conflict, $"several {what}s begin with '{DisplayText.Of(text, IdLength)}', such as {found[0]} and {found[1]}; write more of the id"),
        };
        return refusal is null ? found[0] : null;
    }
}
