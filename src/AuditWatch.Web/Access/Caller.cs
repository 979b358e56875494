using AuditWatch.Access;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Web.Access;

/// <summary>Who sends a request, as far as that has been proved. Immutable.</summary>
/// <param name="Rights">What they may do where.</param>
/// <param name="Name">Who it is; null if all that is known is that they are on the machine: then they call themselves what they like.</param>
internal sealed record Caller(Rights Rights, string? Name = null)
{
    /// <summary>The highest role that they have anywhere.</summary>
    public Role Role => Rights.Highest;

    /// <summary>Who they are by now, as far as that can change while a request lasts; null once they are nobody any more.</summary>
    public Func<CancellationToken, Task<Caller?>>? Now { get; init; }

    /// <summary>Who sends this request; whoever checks it has to have said so before.</summary>
    public static Caller Of(HttpContext http) => http.Features.Get<Caller>() ?? throw new InvalidOperationException("Nobody has checked who sends the request.");
}
