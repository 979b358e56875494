using AuditWatch.Alerts;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Reads the section <c>inhibit</c>, a list of inhibition rules.</summary>
internal static class InhibitSection
{
    /// <summary>The valid rules of the section; errors are reported. None if there is no such section.</summary>
    public static IReadOnlyList<InhibitionRule> Read(YamlMap root, Diagnostics diagnostics)
    {
        var rules = new List<InhibitionRule>();
        foreach (var element in root.TryGet("inhibit", out var value) ? value.Elements : [])
        {
            var map = new YamlMap(element, diagnostics);
            rules.Add(new InhibitionRule(Required(map, "sourceMatchers", diagnostics), Required(map, "targetMatchers", diagnostics), Equal(map, diagnostics)));
            map.RejectUnknown(AlertmanagerKeys.Hints);
        }

        return rules;
    }

    private static Matchers Required(YamlMap map, string key, Diagnostics diagnostics)
    {
        if (!map.TryGet(key, out _))
        {
            map.Missing(key);
        }

        return MatchersSetting.Read(map, key, diagnostics);
    }

    private static List<string> Equal(YamlMap map, Diagnostics diagnostics)
    {
        var labels = map.TryGet("equal", out var value) ? value.Elements.ToList() : [];
        foreach (var label in labels.Where(label => !AlertLabels.Names.Contains(label.Text)))
        {
            diagnostics.Error(label.Location, AlertLabels.Unknown(label.Text));
        }

        return [.. labels.Select(label => label.Text).Distinct()];
    }
}
