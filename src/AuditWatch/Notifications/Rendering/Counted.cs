using System.Globalization;

namespace AuditWatch.Notifications.Rendering;

/// <summary>A number with what it counts: <c>1 rule</c>, <c>1,000 rules</c>. Thread-safe.</summary>
internal static class Counted
{
    /// <summary>The words.</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">What one is called; several end in an s.</param>
    public static string Of(long count, string one) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {one}{(count == 1 ? "" : "s")}");
}
