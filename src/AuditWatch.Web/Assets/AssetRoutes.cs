using System.Security.Cryptography;
using System.Text;
using AuditWatch.Detection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AuditWatch.Web.Assets;

/// <summary>The style sheet, the script and the icons: in the executable, each under a name with the hash of its content, so that a browser keeps it for ever.</summary>
internal static class AssetRoutes
{
    /// <summary>The style sheet's address, below the first page.</summary>
    public static string Css { get; } = Address("page.css");

    /// <summary>The script's address, below the first page.</summary>
    public static string Js { get; } = Address("page.js");

    // One for each level, under one hash, so that the script goes from one to another.
    private static readonly IReadOnlyDictionary<string, byte[]> Icons = Enum.GetValues<Level>().Select(level => level.Word()).Append("plain").ToDictionary(word => word, Icon);
    private static readonly string IconHash = Hash([.. Icons.OrderBy(icon => icon.Key, StringComparer.Ordinal).SelectMany(icon => icon.Value)]);

    /// <summary>The icon's address, below the first page: with a mark of a level or, for none, plain.</summary>
    public static string IconOf(Level? level) => IconAddress(level?.Word() ?? "plain");

    /// <summary>The style sheet itself.</summary>
    public static string Style { get; } = Encoding.UTF8.GetString(Content("page.css")).ReplaceLineEndings("\n");

    /// <summary>What a content security policy knows it by.</summary>
    public static string StyleHash { get; } = $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}";

    public static void MapAssets(this IEndpointRouteBuilder pages)
    {
        Map(Css, Content("page.css"), "text/css; charset=utf-8");
        Map(Js, Content("page.js"), "text/javascript; charset=utf-8");
        foreach (var (word, icon) in Icons)
        {
            Map(IconAddress(word), icon, "image/svg+xml");
        }

        void Map(string address, byte[] content, string type) => pages.MapGet(address, (HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
            return Results.Bytes(content, type);
        });
    }

    // The colours are those of the style sheet, on whatever ground a browser has.
    private static byte[] Icon(string level)
    {
        var colour = level switch { "critical" => "#d1242f", "high" => "#bc4c00", "medium" => "#bf8700", "low" => "#0969da", "informational" => "#59636e", _ => null };
        var plain = Encoding.UTF8.GetString(Content("icon.svg")).TrimEnd();
        return Encoding.UTF8.GetBytes(colour is null ? plain : plain.Replace("</svg>", $"<circle cx=\"23\" cy=\"23\" r=\"8\" fill=\"{colour}\" stroke=\"#fff\" stroke-width=\"2\"/></svg>", StringComparison.Ordinal));
    }

    private static string IconAddress(string word) => $"assets/icon-{IconHash}-{word}.svg";

    private static string Address(string name) =>
        $"assets/{Path.GetFileNameWithoutExtension(name)}-{Hash(Content(name))}{Path.GetExtension(name)}";

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content))[..12];

    private static byte[] Content(string name)
    {
        using var stream = typeof(AssetRoutes).Assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
