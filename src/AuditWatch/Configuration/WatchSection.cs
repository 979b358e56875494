using AuditWatch.Monitoring;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Reads <c>watch</c>: <c>silentAfter</c>, <c>clusters</c>, <c>sources</c> (a list of <c>name</c> and <c>silentAfter</c>), <c>lateAfter</c>, <c>heartbeat</c>.</summary>
internal static class WatchSection
{
    /// <summary>The settings; the defaults if there is no such section.</summary>
    public static WatchSettings Read(YamlMap root, TimeSpan lateness, Diagnostics diagnostics)
    {
        if (root.Map("watch") is not { } map)
        {
            return new WatchSettings { LateAfter = lateness };
        }

        var bySource = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        foreach (var element in map.TryGet("sources", out var value) ? value.Elements : [])
        {
            var source = new YamlMap(element, diagnostics);
            var name = source.RequiredString("name");
            if (source.Duration("silentAfter", orZero: true) is { } own)
            {
                bySource[name] = own;
            }
            else
            {
                source.Missing("silentAfter");
            }

            source.RejectUnknown();
        }

        var settings = new WatchSettings
        {
            SilentAfter = map.Duration("silentAfter", orZero: true) ?? WatchSettings.DefaultSilentAfter,
            SilentAfterBySource = bySource,
            Clusters = map.Strings("clusters"),
            LateAfter = map.Duration("lateAfter") ?? lateness,
            Heartbeat = map.Duration("heartbeat"),
        };
        map.RejectUnknown();
        return settings;
    }
}
