using System.Security;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Reads the name of a time zone.</summary>
internal static class ZoneName
{
    /// <summary>The zone that a key names; UTC if the key is not there, or names none that this machine knows, which is reported.</summary>
    public static TimeZoneInfo Read(YamlMap map, string key, Diagnostics diagnostics)
    {
        if (map.String(key) is not { } name)
        {
            return TimeZoneInfo.Utc;
        }

        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(name);
        }
        catch (Exception problem) when (problem is TimeZoneNotFoundException or InvalidTimeZoneException or SecurityException or IOException or UnauthorizedAccessException)
        {
            diagnostics.Error(map.LocationOf(key), $"this machine knows no time zone '{name}': write an IANA name such as Europe/Zurich; it may lack the package tzdata");
            return TimeZoneInfo.Utc;
        }
    }
}
