using System.Globalization;
using AuditWatch.Alerts;

namespace AuditWatch.Web.Queue;

/// <summary>Times as a field of a form has them: a date and a time of day, in UTC, without saying so. An address has them as the API does.</summary>
internal static class FormTime
{
    private static readonly string[] Formats = ["yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ss.FFF"];

    /// <summary>The time of a field as an address has it; whatever else the text is stays what it is.</summary>
    public static string Read(string text) =>
        DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? SilenceTime.Write(time) : text;

    /// <summary>The time of an address as a field has it; empty if it is none.</summary>
    public static string Write(string text) => SilenceTime.TryParse(text, out var time) ? time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture) : "";
}
