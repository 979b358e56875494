using System.Text.Json.Nodes;
using AuditWatch.Detection;
using AuditWatch.Detection.Linting;
using AuditWatch.Events;
using AuditWatch.Yaml;

namespace AuditWatch.RuleTesting;

/// <summary>
/// Reads the tests beside detections: <c>exec_into_pod.tests.yml</c> tests what <c>exec_into_pod.yml</c> beside it raises alerts by, whatever its name is.
/// <c>defaults</c> is laid under every event of the file, maps merged, everything else replaced, <c>null</c> taking a key away.
/// </summary>
internal static class DetectionTestLoader
{
    /// <summary>The tests in the folders and files.</summary>
    /// <param name="paths">Folders, searched to any depth for <c>*.tests.yml</c> and <c>*.tests.yaml</c>, and detections or test files.</param>
    /// <param name="detections">The detections that are tested.</param>
    /// <param name="diagnostics">Gets what there is to say about the files.</param>
    public static IReadOnlyList<DetectionTestCase> Load(IEnumerable<string> paths, DetectionSet detections, Diagnostics diagnostics)
    {
        var cases = new List<DetectionTestCase>();
        foreach (var file in paths.SelectMany(FilesIn).Distinct(StringComparer.Ordinal))
        {
            foreach (var document in YamlFile.Load(file, diagnostics))
            {
                cases.AddRange(Read(file, detections, new YamlMap(document, diagnostics), diagnostics));
            }
        }

        return cases;
    }

    private static IEnumerable<string> FilesIn(string path)
    {
        if (Directory.Exists(path))
        {
            return DetectionFiles.In(path, tests: true);
        }

        return (DetectionLoader.IsTestFile(path) ? [path] : new[] { Path.ChangeExtension(path, ".tests.yml"), Path.ChangeExtension(path, ".tests.yaml") })
            .Where(File.Exists);
    }

    internal static List<DetectionTestCase> Read(string file, DetectionSet detections, YamlMap map, Diagnostics diagnostics)
    {
        var cases = new List<DetectionTestCase>();
        var detection = map.String("detection") ?? TestedBy(file, detections);
        var defaults = map.TryGet("defaults", out var value) ? YamlJson.Convert(value) as JsonObject ?? [] : [];
        CheckFields(value, "", diagnostics);
        if (!map.TryGet("tests", out var tests))
        {
            map.Missing("tests");
        }
        else
        {
            foreach (var test in tests.Elements)
            {
                if (Read(detection, defaults, new YamlMap(test, diagnostics), diagnostics) is { } read)
                {
                    cases.Add(read);
                }
            }
        }

        map.RejectUnknown();
        return cases;
    }

    // The rule of the file's name; or else, of the rules in the file beside it, the last one that raises alerts: what rests on others stands behind them.
    private static string TestedBy(string file, DetectionSet detections)
    {
        var name = Path.GetFileNameWithoutExtension(Path.GetFileNameWithoutExtension(file));
        var beside = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, name));
        var rules = detections.Rules.Concat(detections.Broken).Where(rule => Path.ChangeExtension(Path.GetFullPath(rule.Location.File), null) == beside).ToList();
        var feeding = detections.FeedingOnly();
        return (rules.Find(rule => rule.Name == name) ?? rules.FindLast(rule => !feeding.Contains(rule)) ?? rules.LastOrDefault())?.Name ?? name;
    }

    // An event with a mistyped field proves nothing.
    private static void CheckFields(YamlValue map, string above, Diagnostics diagnostics)
    {
        foreach (var (key, value) in map.Pairs)
        {
            var field = above + key.Text;
            if (!EventSchema.Has(field))
            {
                diagnostics.Error(key.Location, $"no audit event has a field '{field}'{EventSchema.Suggest(field)}");
            }
            else if (above.Length == 0)
            {
                CheckFields(value, field + ".", diagnostics);
            }
        }
    }

    private static DetectionTestCase? Read(string detection, JsonObject defaults, YamlMap map, Diagnostics diagnostics)
    {
        var before = diagnostics.ErrorCount;
        var events = new List<JsonObject>();
        if (map.TryGet("event", out var value) || map.TryGet("events", out value))
        {
            foreach (var element in value.Elements)
            {
                if (YamlJson.Convert(element) is JsonObject laidOver)
                {
                    CheckFields(element, "", diagnostics);
                    events.Add(YamlJson.Merge(defaults, laidOver));
                    if (MistypedNames.ProblemIn(events[^1]) is { } problem)
                    {
                        diagnostics.Error(element.Location, problem);
                    }
                }
                else
                {
                    diagnostics.Error(element.Location, "an event must be a map");
                }
            }
        }
        else
        {
            events.Add(YamlJson.Merge(defaults, []));
        }

        if (!map.TryGet("fires", out _))
        {
            map.Missing("fires");
        }

        map.Ignore("event", "events");
        var test = new DetectionTestCase
        {
            Name = map.RequiredString("name"),
            Detection = detection,
            Fires = map.Boolean("fires", otherwise: true),
            Alerts = (int?)map.Integer("alerts"),
            Level = map.String("level"),
            Actor = map.String("actor"),
            Summary = map.String("summary"),
            Cluster = map.String("cluster") ?? "",
            Events = events,
            Repeat = (int)Math.Clamp(map.Integer("repeat") ?? 1, 1, 100_000),
            Every = map.Duration("every") ?? TimeSpan.FromSeconds(1),
            Advance = map.Duration("advance") ?? TimeSpan.Zero,
            Location = map.Location,
        };
        map.RejectUnknown();
        return diagnostics.ErrorCount == before ? test : null;
    }
}
