using System.CommandLine;
using System.Globalization;

namespace AuditWatch.Host.Output;

/// <summary>Times as people see them: in UTC, or in the zone that <c>--time-zone</c> names, which every command takes. JSON has UTC always.</summary>
internal static class ShownTime
{
    /// <summary>The option.</summary>
    public static Option<TimeZoneInfo> Option { get; } = new("--time-zone")
    {
        Description = "The zone of times that are shown: 'local', or a name such as Europe/Zurich. Default: UTC.",
        HelpName = "ZONE",
        Recursive = true,
        CustomParser = result => Parse(result.Tokens[0].Value) is { } zone ? zone : Wrong(result),
    };

    /// <summary>The zone; to be set before anything is shown.</summary>
    public static TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Utc;

    /// <summary>A time to the second, with its zone: <c>2030-01-31 18:00:00Z</c>, or <c>2030-01-31 19:00:00+01:00</c>.</summary>
    public static string Of(DateTimeOffset time) => Zone.Equals(TimeZoneInfo.Utc)
        ? time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : TimeZoneInfo.ConvertTime(time, Zone).ToString("yyyy-MM-dd HH:mm:sszzz", CultureInfo.InvariantCulture);

    private static TimeZoneInfo? Parse(string name) =>
        name.Equals("local", StringComparison.OrdinalIgnoreCase) ? TimeZoneInfo.Local
        : TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone
        : null;

    private static TimeZoneInfo? Wrong(System.CommandLine.Parsing.ArgumentResult result)
    {
        result.AddError($"'{result.Tokens[0].Value}' is no time zone: write 'local', UTC, or a name such as Europe/Zurich.");
        return null;
    }
}
