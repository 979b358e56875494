using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuditWatch.Configuration;
using AuditWatch.Detection;
using AuditWatch.Detection.Linting;
using AuditWatch.Detection.Sigma;
using AuditWatch.Events;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Console;
using AuditWatch.RuleTesting;
using AuditWatch.Yaml;

namespace AuditWatch.Tests.Docs.Schemas;

/// <summary>
/// Makes the JSON Schemas in docs/schemas: gives the parsers documents that together have every map there can be, and writes down what they ask for. Values of which there are only a few
/// come from the tables that the parsers and lints use.
/// </summary>
internal static class SchemaWriter
{
    private static readonly string[] Detections = ["rule", "correlation", "composite", "filter"];

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schemas, by the names of their files.</summary>
    /// <param name="unseen">Gets the places of which the documents have no example.</param>
    public static SortedDictionary<string, string> All(List<string> unseen)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(Path.Combine(RepositoryFiles.Root, "tests", "AuditWatch.Tests", "Docs", "Schemas", "examples")))
        {
            File.Copy(file, folder[Path.GetFileName(file)]);
        }

        var schemas = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, shape) in OfDetections(folder.FullName))
        {
            Write(name, shape);
        }

        Write("tests", OfTests(folder.FullName));
        Write("configuration", OfConfiguration());
        schemas["detection.json"] = Text(OfAnyDetection());
        return schemas;

        void Write(string name, SchemaShape shape)
        {
            unseen.AddRange(shape.Unseen().Select(place => $"{name}: {place}"));
            var definitions = SchemaShape.Definitions();
            var schema = shape.Schema(definitions);
            schema["definitions"] = definitions;
            if (Detections.Contains(name) && name != "rule" && schema["required"] is JsonArray required)
            {
                required.Add(name);
            }

            schemas[name + ".json"] = Text(Headed(name, schema));
        }
    }

    private static IEnumerable<(string Name, SchemaShape Shape)> OfDetections(string examples)
    {
        var shapes = Detections.ToDictionary(name => name, _ => new SchemaShape(""), StringComparer.Ordinal);
        using var asked = new AskedKeys();
        var said = new Diagnostics();
        var parser = new RuleParser(Placeholders.None, said);
        foreach (var file in new[] { RepositoryFiles.Detections, examples }.SelectMany(folder => DetectionFiles.In(folder, tests: false)).Where(file => Path.GetFileName(file) != "auditwatch.yml"))
        {
            foreach (var document in YamlFile.Load(file, said))
            {
                var kind = Detections.FirstOrDefault(kind => document.Pairs.Any(pair => pair.Key.Text == kind)) ?? "rule";
                _ = kind == "filter" ? (object?)SigmaFilter.Parse(document, Placeholders.None, said) : parser.Parse(document, "x");
                shapes[kind].Add(document, asked);
            }
        }

        foreach (var (kind, shape) in shapes)
        {
            // Asked of every document, to know what it is.
            Refuse(shape, [.. Detections.Where(other => other != kind)]);
            Only(shape, "level", Levels());
            Only(shape, "status", DetectionLint.Statuses);
            if (shape.Members.TryGetValue("auditwatch", out var block))
            {
                Only(block, "deniedLevel", Levels());
                Refuse(block, kind == "rule" ? [] : ["deniedLevel", "updates", "firstSeen", "awaited"]);
            }
        }

        Refuse(shapes["rule"].Members["detection"], ["timeframe"]);

        Only(shapes["correlation"].Members["correlation"], "type", CorrelationParser.TypeNames);
        return shapes.Select(pair => (pair.Key, pair.Value));
    }

    private static SchemaShape OfTests(string examples)
    {
        var shape = new SchemaShape("");
        using var asked = new AskedKeys();
        var said = new Diagnostics();
        foreach (var file in new[] { RepositoryFiles.Detections, examples }.SelectMany(folder => DetectionFiles.In(folder, tests: true)))
        {
            foreach (var document in YamlFile.Load(file, said))
            {
                DetectionTestLoader.Read(file, new DetectionSet([]), new YamlMap(document, said), said);
                shape.Add(document, asked);
            }
        }

        var test = shape.Members["tests"].Elements;
        shape.Members["defaults"].Instead = Event();
        test.Members["event"].Instead = OneOrMore(Event());
        test.Members["events"].Instead = OneOrMore(Event());
        Only(test, "level", Levels());
        return shape;
    }

    private static SchemaShape OfConfiguration()
    {
        var shape = new SchemaShape("");
        using var asked = new AskedKeys();
        var said = new Diagnostics();
        var examples = Path.Combine(RepositoryFiles.Root, "tests", "AuditWatch.Tests", "Docs", "Schemas", "examples", "auditwatch.yml");
        foreach (var document in YamlFile.Load(Path.Combine(RepositoryFiles.Root, "deploy", "auditwatch.yaml"), said).Concat(YamlFile.Load(examples, said)))
        {
            ConfigurationFile.Read(new YamlMap(document, said), new NotifierKinds().AddConsole(TextWriter.Null, coloured: false).AddBuiltIn(TimeProvider.System), waitsForSecrets: false, said);
            shape.Add(document, asked);
        }

        RefuseSecrets(shape);
        Refuse(shape.Members["route"], ["matchers", "continue", "muteTimeIntervals", "activeTimeIntervals"]);
        return shape;
    }

    // Asked for to say that it belongs into a file or the environment.
    private static void RefuseSecrets(SchemaShape shape)
    {
        Refuse(shape, [.. shape.Members.Keys.Where(key => shape.Members.ContainsKey(key + "File") && !shape.Members[key].IsSeen)]);
        shape.Below().ToList().ForEach(RefuseSecrets);
    }

    private static JsonObject OfAnyDetection()
    {
        JsonObject otherwise = Reference("rule");
        foreach (var kind in Detections.Where(kind => kind != "rule"))
        {
            otherwise = new JsonObject { ["if"] = new JsonObject { ["required"] = new JsonArray(kind) }, ["then"] = Reference(kind), ["else"] = otherwise };
        }

        return Headed("detection", otherwise);

        static JsonObject Reference(string kind) => new() { ["$ref"] = kind + ".json" };
    }

    private static JsonObject Event()
    {
        var properties = new JsonObject();
        foreach (var member in EventSchema.MembersOfEvent)
        {
            properties[member] = new JsonObject();
        }

        foreach (var (member, members) in EventSchema.MembersOf)
        {
            properties[member] = new JsonObject
            {
                ["type"] = new JsonArray("object", "null"),
                ["properties"] = new JsonObject(members.Select(name => KeyValuePair.Create<string, JsonNode?>(name, new JsonObject()))),
                ["additionalProperties"] = false,
            };
        }

        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
    }

    private static JsonObject OneOrMore(JsonObject schema) => new() { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "array", ["items"] = schema.DeepClone() }) };

    private static void Only(SchemaShape shape, string key, IEnumerable<string> values)
    {
        if (shape.Members.TryGetValue(key, out var member))
        {
            member.Instead = new JsonObject { ["enum"] = new JsonArray([.. values.Select(value => (JsonNode)value)]) };
        }
    }

    // Asked for to say that it does not belong there.
    private static void Refuse(SchemaShape shape, string[] keys)
    {
        foreach (var member in keys.Where(shape.Members.ContainsKey).Select(key => shape.Members[key]))
        {
            member.Instead = new JsonObject { ["not"] = new JsonObject() };
        }
    }

    private static IEnumerable<string> Levels() => Enum.GetNames<Level>().Select(level => level.ToLowerInvariant());

    private static JsonObject Headed(string name, JsonObject schema)
    {
        var headed = new JsonObject { ["$schema"] = "http://json-schema.org/draft-07/schema#", ["title"] = Title(name) };
        foreach (var (key, value) in schema)
        {
            headed[key] = value?.DeepClone();
        }

        return headed;
    }

    private static string Title(string name) => name switch
    {
        "configuration" => "AuditWatch: auditwatch.yaml",
        "tests" => "AuditWatch: tests of a detection",
        "detection" => "AuditWatch: a detection of any kind",
        _ => $"AuditWatch: a {name}",
    };

    private static string Text(JsonObject schema) => schema.ToJsonString(Format).ReplaceLineEndings("\n") + "\n";
}
