using System.Globalization;
using System.Text.RegularExpressions;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Reads <c>state</c>.</summary>
internal static partial class StateSection
{
    private const long Least = 64L << 20;

    /// <summary>The settings; the defaults if there is no such section.</summary>
    public static StateSettings Read(YamlMap root, Diagnostics diagnostics)
    {
        if (root.Map("state") is not { } map)
        {
            return new StateSettings();
        }

        var directory = map.String("directory");
        if (directory is not null && string.IsNullOrWhiteSpace(directory))
        {
            diagnostics.Error(map.LocationOf("directory"), "'directory' is empty: name a folder, or leave it out to keep the state in memory only");
        }
        else if (directory is not null && File.Exists(map.Location.Resolve(directory)))
        {
            diagnostics.Error(map.LocationOf("directory"), $"'{directory}' is a file: name a folder");
        }

        var size = MaxSize(map, diagnostics) ?? StateSettings.DefaultMaxSize;
        map.RejectUnknown();
        return new StateSettings { Directory = directory is null ? null : map.Location.Resolve(directory), MaxSize = size };
    }

    private static long? MaxSize(YamlMap map, Diagnostics diagnostics)
    {
        const string key = "maxSize";
        if (map.String(key) is not { } text)
        {
            return null;
        }

        var match = SizePattern().Match(text);
        if (match.Success && long.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var amount) && amount < 1_000_000)
        {
            var size = amount << (match.Groups[2].ValueSpan[0] switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 40 });
            if (size >= Least)
            {
                return size;
            }
        }

        diagnostics.Error(map.LocationOf(key), $"'{key}' must be a size such as 512MiB or 1GiB, at least 64MiB");
        return null;
    }

    [GeneratedRegex(@"\A([0-9]+)\s*([KMGT])iB\z", RegexOptions.CultureInvariant)]
    private static partial Regex SizePattern();
}
