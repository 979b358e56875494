using System.Globalization;

namespace AuditWatch.Web;

/// <summary>How many there are of something, as people say it.</summary>
internal static class Counted
{
    /// <summary>Such as <c>1 alert</c>, <c>1,234 open alerts</c>.</summary>
    public static string Of(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");
}
