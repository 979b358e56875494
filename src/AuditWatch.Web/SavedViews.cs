using System.Text.Json;
using AuditWatch.Web.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace AuditWatch.Web;

/// <summary>A list that somebody comes back to.</summary>
/// <param name="Name">What they call it.</param>
/// <param name="Address">Its address below the first page.</param>
public sealed record SavedView(string Name, string Address);

/// <summary>The lists that somebody comes back to, in a cookie of their browser: no script is needed for it, and nobody else sees it.</summary>
internal static class SavedViews
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxName = 40;

    private const int Most = 12;
    private const int MaxBytes = 3_000; // What a cookie has room for is 4,096.
    private const string Cookie = "auditwatch.views";

    /// <summary>Those of who sends a request.</summary>
    public static IReadOnlyList<SavedView> Of(HttpRequest request)
    {
        try
        {
            var views = request.Cookies[Cookie] is { Length: > 0 } kept ? JsonSerializer.Deserialize<SavedView[]>(WebEncoders.Base64UrlDecode(kept)) ?? [] : [];
            return [.. views.Where(view => view is { Name.Length: > 0 and <= MaxName, Address: not null } && IsList(view.Address)).Take(Most)];
        }
        catch (Exception problem) when (problem is FormatException or JsonException)
        {
            return [];
        }
    }

    /// <summary>Keeps one, in the place of the one with that name.</summary>
    /// <returns>Why it cannot be kept, for a person; null if it is.</returns>
    public static string? Save(HttpContext http, string name, string address) =>
        name.Length is 0 or > MaxName ? $"Call the view something, in at most {MaxName} characters."
        : !IsList(address) ? "Only a list of alerts can be kept."
        : Write(http, [.. Of(http.Request).Where(view => view.Name != name), new SavedView(name, address)]);

    /// <summary>Forgets one.</summary>
    public static string? Forget(HttpContext http, string name) => Write(http, [.. Of(http.Request).Where(view => view.Name != name)]);

    private static bool IsList(string address) => address.StartsWith('?') && PageAddress.IsOurs(address);

    private static string? Write(HttpContext http, IReadOnlyList<SavedView> views)
    {
        var text = WebEncoders.Base64UrlEncode(JsonSerializer.SerializeToUtf8Bytes(views));
        if (views.Count > Most || text.Length > MaxBytes)
        {
            return "There is no room for more views: forget one.";
        }

        http.Response.Cookies.Append(Cookie, text, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, MaxAge = TimeSpan.FromDays(365), IsEssential = true });
        return null;
    }
}
