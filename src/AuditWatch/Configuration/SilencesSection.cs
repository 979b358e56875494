using System.Security.Cryptography;
using AuditWatch.Alerts;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Reads the section <c>silences</c>.</summary>
internal static class SilencesSection
{
    /// <summary>The valid silences of the section; errors are reported. The id of each is a hash of its content, so it survives restarts.</summary>
    public static IReadOnlyList<Silence> Read(YamlMap root, Diagnostics diagnostics)
    {
        var silences = new List<Silence>();
        foreach (var element in root.TryGet("silences", out var value) ? value.Elements : [])
        {
            var map = new YamlMap(element, diagnostics);
            var before = diagnostics.ErrorCount;
            var silence = new Silence
            {
                Id = "",
                Matchers = MatchersSetting.Read(map, "matchers", diagnostics),
                CreatedBy = map.RequiredString("author"),
                Comment = map.RequiredString("comment"),
                StartsAt = Time(map, "startsAt", diagnostics) ?? DateTimeOffset.MinValue,
                EndsAt = Time(map, "endsAt", diagnostics) ?? DateTimeOffset.MaxValue,
                Configured = element.Location,
            };
            if (!map.TryGet("endsAt", out _))
            {
                map.Missing("endsAt");
            }

            map.RejectUnknown(AlertmanagerKeys.Hints);
            foreach (var problem in diagnostics.ErrorCount > before ? [] : silence.Problems())
            {
                diagnostics.Error(element.Location, problem);
            }

            silence = silence with { Id = IdOf(silence) };
            if (diagnostics.ErrorCount == before && silences.FirstOrDefault(other => other.Id == silence.Id) is { } same)
            {
                diagnostics.Error(element.Location, $"the same silence stands at {same.Configured}");
            }

            silences.Add(silence);
        }

        if (silences.Count > Silences.Capacity)
        {
            diagnostics.Error(root.LocationOf("silences"), $"there can be {Silences.Capacity:N0} silences, not {silences.Count:N0}");
        }

        return silences;
    }

    private static DateTimeOffset? Time(YamlMap map, string key, Diagnostics diagnostics)
    {
        if (map.String(key) is not { } text)
        {
            return null;
        }

        if (SilenceTime.TryParse(text, out var time))
        {
            return time;
        }

        diagnostics.Error(map.LocationOf(key), $"'{text}' is not a time such as 2030-01-31T18:00:00Z or 2030-01-31T18:00:00+01:00");
        return null;
    }

    private static string IdOf(Silence silence) => Convert.ToHexStringLower(SHA256.HashData(SilenceJson.Serialize(silence).Span).AsSpan(0, 8));
}
