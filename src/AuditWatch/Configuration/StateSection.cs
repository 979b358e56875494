using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Reads <c>state</c>.</summary>
internal static class StateSection
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

        var size = map.Size("maxSize", Least) ?? StateSettings.DefaultMaxSize;
        map.RejectUnknown();
        return new StateSettings { Directory = directory is null ? null : map.Location.Resolve(directory), MaxSize = size };
    }
}
