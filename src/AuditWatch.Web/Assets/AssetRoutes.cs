using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AuditWatch.Web.Assets;

/// <summary>The style sheet, the script and the icon: in the executable, each under a name with the hash of its content, so that a browser keeps it for ever.</summary>
internal static class AssetRoutes
{
    /// <summary>The style sheet's address, below the first page.</summary>
    public static string Css { get; } = Address("page.css");

    /// <summary>The script's address, below the first page.</summary>
    public static string Js { get; } = Address("page.js");

    /// <summary>The icon's address, below the first page.</summary>
    public static string Icon { get; } = Address("icon.svg");

    /// <summary>The style sheet itself.</summary>
    public static string Style { get; } = Encoding.UTF8.GetString(Content("page.css")).ReplaceLineEndings("\n");

    /// <summary>What a content security policy knows it by.</summary>
    public static string StyleHash { get; } = $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}";

    public static void MapAssets(this IEndpointRouteBuilder pages)
    {
        Map(Css, "page.css", "text/css; charset=utf-8");
        Map(Js, "page.js", "text/javascript; charset=utf-8");
        Map(Icon, "icon.svg", "image/svg+xml");

        void Map(string address, string name, string type) => pages.MapGet(address, (HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
            return Results.Bytes(Content(name), type);
        });
    }

    private static string Address(string name) =>
        $"assets/{Path.GetFileNameWithoutExtension(name)}-{Convert.ToHexStringLower(SHA256.HashData(Content(name)))[..12]}{Path.GetExtension(name)}";

    private static byte[] Content(string name)
    {
        using var stream = typeof(AssetRoutes).Assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
