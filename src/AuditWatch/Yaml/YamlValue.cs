using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AuditWatch.Yaml;

/// <summary>A value in a YAML file, with its location. Immutable.</summary>
internal readonly struct YamlValue(YamlNode node, string file)
{
    /// <summary>Where the value begins.</summary>
    public SourceLocation Location { get; } = new(file, (int)node.Start.Line, (int)node.Start.Column);

    /// <summary>The node of the file that it is: the same one for whoever looks at the value.</summary>
    public object Node => node;

    public bool IsMap => node is YamlMappingNode;

    public bool IsList => node is YamlSequenceNode;

    public bool IsScalar => node is YamlScalarNode;

    /// <summary>Whether it is the plain scalar <c>null</c>, <c>~</c> or nothing at all (YAML 1.2 core schema).</summary>
    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>Whether it is a scalar without quotes, whose type its text decides.</summary>
    public bool IsPlain => node is YamlScalarNode { Style: ScalarStyle.Plain or ScalarStyle.Any };

    /// <summary>The text of a scalar; empty for anything else.</summary>
    public string Text => (node as YamlScalarNode)?.Value ?? "";

    /// <summary>Where a character of a scalar stands, if that can be told; else where the value begins.</summary>
    /// <param name="index">The character, from 0; the length of <see cref="Text"/> for what is missing at its end.</param>
    public SourceLocation LocationAt(int index)
    {
        var (style, text, length) = ((node as YamlScalarNode)?.Style, Text, node.End.Column - node.Start.Column);
        var (quotes, escaped) = style switch
        {
            ScalarStyle.DoubleQuoted => (1, "\"\\"),
            ScalarStyle.SingleQuoted => (1, "'"),
            _ => (0, ""),
        };

        // On one line, and with no other escapes than those of quotes and backslashes.
        return node.End.Line == node.Start.Line && length == Width(text) + (2 * quotes)
            ? Location with { Column = Location.Column + quotes + Width(text.AsSpan(0, index)) }
            : Location;

        int Width(ReadOnlySpan<char> part) => part.Length + (escaped.Length == 0 ? 0 : part.Count(escaped[0]) + (escaped.Length == 1 ? 0 : part.Count(escaped[1])));
    }

    /// <summary>The elements of a list; of anything else, itself alone.</summary>
    public IEnumerable<YamlValue> Elements
    {
        get
        {
            var name = file;
            return node is YamlSequenceNode list ? list.Select(element => new YamlValue(element, name)) : [this];
        }
    }

    /// <summary>The keys and values of a map, in the order they are written; of anything else, none.</summary>
    public IEnumerable<(YamlValue Key, YamlValue Value)> Pairs
    {
        get
        {
            var name = file;
            return node is YamlMappingNode map ? map.Select(pair => (new YamlValue(pair.Key, name), new YamlValue(pair.Value, name))) : [];
        }
    }
}
