using System.Globalization;
using System.Text.RegularExpressions;

namespace AuditWatch;

/// <summary>Parses durations: <c>30s</c>, <c>15m</c>, <c>1h</c>, <c>7d</c> or, as Sigma allows, <c>2w</c>.</summary>
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

    [GeneratedRegex(@"^\s*([0-9]+)([smhdw])\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
