using System.Text.Json.Nodes;
using AuditWatch.Yaml;

namespace AuditWatch.Tests.Docs.Schemas;

/// <summary>What parsers asked of the values at one place of all documents that they were given, and the JSON Schema (draft 7) that this makes.</summary>
/// <param name="path">The place, for messages: <c>route.routes[].matchers</c>.</param>
/// <param name="list">What it is an element of, if it is one.</param>
internal sealed class SchemaShape(string path, SchemaShape? list = null)
{
    private const string DurationPattern = @"^\s*[0-9]+[smhdw]\s*$";
    private const string SizePattern = @"^[0-9]+\s*[KMGT]iB$";

    private readonly SortedDictionary<string, SchemaShape> _members = new(StringComparer.Ordinal);
    private readonly HashSet<AskedType> _types = [];
    private HashSet<string>? _required;
    private SchemaShape? _elements;
    private SchemaShape? _others;
    private bool _isRead;
    private bool _isClosed;
    private bool _isOpen;
    private bool _isScalar;

    /// <summary>Whether any document has it.</summary>
    public bool IsSeen => _isScalar || _isRead || _elements is not null || _others is not null;

    /// <summary>A schema to use instead.</summary>
    public JsonObject? Instead { get; set; }

    public string Path => path;

    public IReadOnlyDictionary<string, SchemaShape> Members => _members;

    public SchemaShape Elements => _elements ??= new SchemaShape(path + "[]", this);

    /// <summary>The places at which a map may stand, or anything, and none of the documents has any: nothing is known of what may be in it.</summary>
    public IEnumerable<string> Unseen() => (_types.Contains(AskedType.Map) && !_isRead) || (_types.SetEquals([AskedType.Anything]) && !IsSeen && Instead is null)
        ? [path]
        : Below().Where(shape => shape.Instead is null).SelectMany(shape => shape.Unseen());

    /// <summary>What is known of what is in it, but for itself.</summary>
    public IEnumerable<SchemaShape> Below() => _members.Values.Where(member => member != list).Concat([_elements, _others]).OfType<SchemaShape>();

    /// <summary>Takes down a value, and what was asked of it.</summary>
    public void Add(YamlValue value, AskedKeys asked)
    {
        if (value.IsList)
        {
            foreach (var element in value.Elements)
            {
                Elements.Add(element, asked);
            }
        }
        else if (!value.IsMap)
        {
            _isScalar |= !value.IsNull;
        }
        else
        {
            var map = asked[value];
            if (map is not null)
            {
                _isRead = true;
                _isClosed |= map.IsClosed;
                _isOpen |= map.IsOpen;
                _required = _required is null ? [.. map.Required] : [.. _required.Intersect(map.Required)];
                foreach (var (key, types) in map.Keys)
                {
                    Member(key)._types.UnionWith(types);
                }
            }

            foreach (var (key, member) in value.Pairs)
            {
                (map?.Keys.ContainsKey(key.Text) == true ? Member(key.Text) : _others ??= new SchemaShape(path + ".*")).Add(member, asked);
            }
        }
    }

    /// <summary>The schema.</summary>
    /// <param name="definitions">Where the schemas of what contains itself go.</param>
    public JsonObject Schema(JsonObject definitions)
    {
        if (Instead is not null)
        {
            return (JsonObject)Instead.DeepClone();
        }

        HashSet<AskedType> types = [.. _types.Where(type => type is not (AskedType.Anything or AskedType.Nothing))];
        JsonObject[] alternatives = types.Count > 0 ? [.. types.Order().Select(type => Of(type, definitions))]
            : !KnowsSomething() ? []
            : [.. Seen(definitions)];
        return alternatives switch
        {
            [] => [],
            [var one] => one,
            _ => new JsonObject { ["anyOf"] = new JsonArray([.. alternatives]) },
        };
    }

    private bool KnowsSomething() => _isRead || _elements?.KnowsSomething() == true || _others?.KnowsSomething() == true;

    private SchemaShape Member(string key)
    {
        if (!_members.TryGetValue(key, out var member))
        {
            // Routes below routes are what their parents are.
            _members[key] = member = list is not null && list.Path.EndsWith("." + key, StringComparison.Ordinal) ? list : new SchemaShape(path.Length == 0 ? key : $"{path}.{key}");
        }

        return member;
    }

    private JsonObject Of(AskedType type, JsonObject definitions) => type switch
    {
        AskedType.Text => Scalar(),
        AskedType.Texts => new JsonObject { ["$ref"] = "#/definitions/texts" },
        AskedType.Flag => new JsonObject { ["type"] = "boolean" },
        AskedType.Number => new JsonObject { ["type"] = "integer" },
        AskedType.Duration => new JsonObject { ["type"] = "string", ["pattern"] = DurationPattern },
        AskedType.Size => new JsonObject { ["type"] = "string", ["pattern"] = SizePattern },
        _ => Object(definitions),
    };

    private IEnumerable<JsonObject> Seen(JsonObject definitions)
    {
        if (_isScalar)
        {
            yield return Scalar();
        }

        if (_elements is not null)
        {
            yield return new JsonObject { ["type"] = "array", ["items"] = Element(definitions) };

            // One is a list of one.
            if (!_isScalar && !_isRead)
            {
                yield return Element(definitions);
            }
        }

        if (_isRead || _others?.KnowsSomething() == true)
        {
            yield return Object(definitions);
        }
    }

    private JsonObject Element(JsonObject definitions)
    {
        var name = path.Replace("[]", "", StringComparison.Ordinal);
        if (!definitions.ContainsKey(name))
        {
            // What is below it may be the same.
            definitions[name] = new JsonObject();
            definitions[name] = _elements!.Schema(definitions);
        }

        return new JsonObject { ["$ref"] = $"#/definitions/{name}" };
    }

    private JsonObject Object(JsonObject definitions)
    {
        var properties = new JsonObject();
        foreach (var (key, member) in _members)
        {
            properties[key] = member == list
                ? new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "array", ["items"] = list.Element(definitions) }, list.Element(definitions)) }
                : member.Schema(definitions);
        }

        var schema = new JsonObject { ["type"] = "object" };
        if (properties.Count > 0)
        {
            schema["properties"] = properties;
        }

        if (_required?.Count > 0)
        {
            schema["required"] = new JsonArray([.. _required.Order(StringComparer.Ordinal).Select(key => (JsonNode)key)]);
        }

        if (_others is not null && _others.KnowsSomething())
        {
            schema["additionalProperties"] = _others.Schema(definitions);
        }
        else if (_isClosed && !_isOpen)
        {
            schema["additionalProperties"] = false;
        }

        return schema;
    }

    /// <summary>The schemas that all refer to. A parser takes the text of a number as it stands.</summary>
    public static JsonObject Definitions() => new()
    {
        ["text"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") },
        ["texts"] = new JsonObject { ["anyOf"] = new JsonArray(Scalar(), new JsonObject { ["type"] = "array", ["items"] = Scalar() }) },
    };

    private static JsonObject Scalar() => new() { ["$ref"] = "#/definitions/text" };
}
