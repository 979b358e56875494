using System.Globalization;

namespace AuditWatch.Alerts;

/// <summary>Times as people and programs write them for silences: RFC 3339, such as <c>2026-11-21T18:00:00Z</c> or <c>2026-11-21T19:00:00+01:00</c>.</summary>
internal static class SilenceTime
{
    private static readonly string[] Formats = ["yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", "yyyy-MM-ddTHH:mm:ss.FFFFFFF'Z'"];

    /// <summary>Reads a time; what is left out of RFC 3339 here is the space for the T and small letters.</summary>
    public static bool TryParse(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    /// <summary>Writes a time, in UTC.</summary>
    public static string Write(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
