using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Web;

/// <summary>Who looks at the page, as they called themselves when they last did something: kept in a cookie of theirs.</summary>
internal static class Person
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 200;

    private const string Cookie = "auditwatch.person";

    public static string Of(HttpRequest request) => request.Cookies[Cookie] is { Length: <= MaxLength } name ? name : "";

    public static void Remember(HttpContext http, string name) => http.Response.Cookies.Append(Cookie, name, new CookieOptions
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = http.Request.IsHttps,
        MaxAge = TimeSpan.FromDays(365),
        IsEssential = true,
    });
}

/// <summary>When somebody looked at the first page the time before: what has come since is new to them.</summary>
internal static class LastLook
{
    private const string Cookie = "auditwatch.seen";

    public static DateTimeOffset? Of(HttpRequest request) =>
        long.TryParse(request.Cookies[Cookie], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    public static void Note(HttpContext http, DateTimeOffset now) => http.Response.Cookies.Append(Cookie, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), new CookieOptions
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = http.Request.IsHttps,
        MaxAge = TimeSpan.FromDays(365),
        IsEssential = true,
    });
}
