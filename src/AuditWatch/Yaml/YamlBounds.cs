using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AuditWatch.Yaml;

/// <summary>
/// Refuses YAML that would exhaust the stack or the memory: values that nest too deep, anchors that contain themselves, and aliases that expand to too many values.
/// </summary>
internal static class YamlBounds
{
    /// <summary>How deep lists and maps may nest. What people write nests ten deep.</summary>
    public const int MaxDepth = 100;

    /// <summary>How many values there may be, with every alias replaced by what it stands for.</summary>
    public const int MaxValues = 1_000_000;

    /// <summary>Checks a text without building anything of it.</summary>
    /// <returns>What the parser has told of it, from the beginning, so that it need not be parsed twice.</returns>
    /// <exception cref="YamlException">It is out of bounds, or not YAML.</exception>
    public static IParser Check(string text)
    {
        var parser = new Parser(new StringReader(text));
        var told = new List<ParsingEvent>();
        var anchors = new Dictionary<AnchorName, Extent>();
        var open = new Stack<(AnchorName Anchor, Extent Extent)>();
        var values = 0L;
        while (parser.MoveNext())
        {
            var at = parser.Current!;
            told.Add(at);
            switch (at)
            {
                case DocumentStart:
                    anchors.Clear();
                    break;
                case MappingStart or SequenceStart when open.Count == MaxDepth:
                    throw new YamlException(at.Start, at.End, $"lists and maps nest deeper than {MaxDepth} levels");
                case MappingStart or SequenceStart:
                    open.Push((((NodeEvent)at).Anchor, new Extent(1, 1)));
                    break;
                case MappingEnd or SequenceEnd:
                    var (anchor, whole) = open.Pop();
                    Close(anchor, whole);
                    break;
                case Scalar scalar:
                    Close(scalar.Anchor, new Extent(1, 0));
                    break;
                case AnchorAlias alias:
                    // What is not known here is unknown, or is a part of itself.
                    Close(AnchorName.Empty, anchors.TryGetValue(alias.Value, out var meant) ? meant : throw new YamlException(at.Start, at.End, $"'*{alias.Value}' stands for nothing that has ended before it"));
                    break;
            }

            void Close(AnchorName name, Extent extent)
            {
                if (!name.IsEmpty)
                {
                    anchors[name] = extent;
                }

                if (!open.TryPop(out var outer))
                {
                    values += extent.Values;
                }
                else
                {
                    outer.Extent = new Extent(outer.Extent.Values + extent.Values, Math.Max(outer.Extent.Depth, extent.Depth + 1));
                    open.Push(outer);
                }

                if (values + (open.TryPeek(out var now) ? now.Extent.Values : 0) > MaxValues)
                {
                    throw new YamlException(at.Start, at.End, $"aliases make more than {MaxValues} values of it");
                }

                if (open.Count + extent.Depth > MaxDepth)
                {
                    throw new YamlException(at.Start, at.End, $"lists and maps nest deeper than {MaxDepth} levels");
                }
            }
        }

        return new Retold(told);
    }

    private sealed class Retold(List<ParsingEvent> told) : IParser
    {
        private int _at = -1;

        public ParsingEvent? Current => _at >= 0 && _at < told.Count ? told[_at] : null;

        public bool MoveNext() => ++_at < told.Count;
    }

    private readonly record struct Extent(long Values, int Depth);
}
