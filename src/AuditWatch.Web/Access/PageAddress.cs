using System.Text.RegularExpressions;

namespace AuditWatch.Web.Access;

/// <summary>Addresses of the page that a request names, to go on there.</summary>
internal static partial class PageAddress
{
    /// <summary>Whether it is one of a page of ours, below the first: an address that leaves the site begins otherwise, and what is no URL at all is no header either.</summary>
    public static bool IsOurs(string address) => Pattern().IsMatch(address);

    [GeneratedRegex(@"\A(?:[A-Za-z][!-9;->@-~]*)?(?:\?[!-~]*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
