using AuditWatch.Alerts;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Reads a setting of matchers: a string or a list of strings, all of which must match.</summary>
internal static class MatchersSetting
{
    /// <summary>The valid matchers under <paramref name="key"/>; errors are reported. None if there is no such key.</summary>
    public static Matchers Read(YamlMap map, string key, Diagnostics diagnostics)
    {
        var matchers = new List<Matcher>();
        foreach (var element in map.TryGet(key, out var value) ? value.Elements : [])
        {
            if (!element.IsScalar)
            {
                diagnostics.Error(element.Location, $"'{key}' must be a list of texts such as 'level=\"high\"'");
                continue;
            }

            try
            {
                matchers.AddRange(MatcherParser.Parse(element.Text));
            }
            catch (MatcherFormatException problem)
            {
                diagnostics.Error(element.LocationAt(problem.Index), problem.Message);
            }
        }

        return new Matchers(matchers);
    }
}
