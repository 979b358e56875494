using System.Globalization;
using System.Text.RegularExpressions;

namespace AuditWatch;

/// <summary>Durations as texts: <c>30s</c>, <c>15m</c>, <c>1h</c>, <c>7d</c> or, as Sigma allows, <c>2w</c>.</summary>
internal static partial class DurationText
{
    /// <summary>Reads a length of time: fewer than a million of a unit.</summary>
    public static bool TryParse(string text, out TimeSpan time)
    {
        var match = Pattern().Match(text);
        if (!match.Success || !long.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var amount) || amount >= 1_000_000)
        {
            time = default;
            return false;
        }

        time = match.Groups[2].ValueSpan[0] switch
        {
            's' => TimeSpan.FromSeconds(amount),
            'm' => TimeSpan.FromMinutes(amount),
            'h' => TimeSpan.FromHours(amount),
            'd' => TimeSpan.FromDays(amount),
            _ => TimeSpan.FromDays(7 * amount),
        };
        return true;
    }

    /// <summary>A length of time in the largest unit of which it is a whole number, days at most, such as <c>90s</c> or <c>4h</c>.</summary>
    public static string Of(TimeSpan time) => time switch
    {
        { Ticks: 0 } => "0s",
        _ when time.Ticks % TimeSpan.TicksPerDay == 0 => $"{time.TotalDays:0}d",
        _ when time.Ticks % TimeSpan.TicksPerHour == 0 => $"{time.TotalHours:0}h",
        _ when time.Ticks % TimeSpan.TicksPerMinute == 0 => $"{time.TotalMinutes:0}m",
        _ => $"{time.TotalSeconds:0}s",
    };

    [GeneratedRegex(@"^\s*([0-9]+)([smhdw])\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
