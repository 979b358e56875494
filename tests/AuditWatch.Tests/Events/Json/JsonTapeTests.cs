using System.Text;
using AuditWatch.Events.Json;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Events.Json;

/// <summary>Walking a tape shows what reading the text shows, to the byte.</summary>
public class JsonTapeTests
{
    private static readonly string[] Paths = ["", "a", "b", "a.b", "b.a", "a.b.a", "labels.a.b", "a.labels.b", "x.a"];

    [Fact]
    public void Any_AnyBodyAndPath_ShowsWhatReadingTheTextShows() => Prop.ForAll(Values(depth: 4).ToArbitrary(), body =>
    {
        var text = Encoding.UTF8.GetBytes(body);
        using var tape = new JsonTape();
        tape.Fill("""{"another":["body",{}]}"""u8);
        tape.Fill(text);
        foreach (var path in Paths.Select(RelativePath.Parse))
        {
            var read = JsonValue.FromJson(text);
            var onTape = read.OnTape(tape, 0);

            Assert.Equal(Seen(path, read), Seen(path, onTape));
            Assert.Equal(path.Exists(read), path.Exists(onTape));
            Assert.Equal(Shown(path.First(read)), Shown(path.First(onTape)));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryFillCompact_AnyBody_IsWhatTheJsonReaderMakesOfIt() => Prop.ForAll(Values(depth: 4).ToArbitrary(), body =>
    {
        var text = Encoding.UTF8.GetBytes(body.Replace(" ", "", StringComparison.Ordinal).Replace("\n\t", "", StringComparison.Ordinal));
        using var compact = new JsonTape();
        using var any = new JsonTape();
        any.FillAny(text);

        Assert.Equal(text[0] is (byte)'{' or (byte)'[', compact.TryFillCompact(text));

        Assert.Equal(text[0] is (byte)'{' or (byte)'[' ? any.Count : 0, compact.Count);
        Assert.All(Enumerable.Range(0, compact.Count), i => Assert.Equal(any[i], compact[i]));
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("""{"a": 1}""")]
    [InlineData("""{"a":1 }""")]
    [InlineData("""{ "a":1}""")]
    [InlineData("""{"a" :1}""")]
    [InlineData("[\n1]")]
    public void TryFillCompact_WhiteSpaceBetweenTokens_Declines(string body)
    {
        using var tape = new JsonTape();

        Assert.False(tape.TryFillCompact(Encoding.UTF8.GetBytes(body)));
    }

    [Fact]
    public void Find_StartOfAnyPart_IsItsPlace()
    {
        var json = """{"a":{"b":[1,{"c":null}]},"d":{}}"""u8;
        using var tape = new JsonTape();
        tape.Fill(json);

        foreach (var start in new[] { "{\"b", "[1", "{\"c", "{}" })
        {
            var place = tape.Find(json.IndexOf(Encoding.UTF8.GetBytes(start)));
            Assert.Equal(json.IndexOf(Encoding.UTF8.GetBytes(start)), tape[place].Start);
        }
    }

    private static Gen<string> Values(int depth)
    {
        var scalars = Gen.Elements("1", "-2.5e3", "true", "false", "null", "\"\"", "\"text\"", "\"é\\u00e9\\\"\\\\\"", "\"\\ud800\"", "\"[{\"");
        if (depth == 0)
        {
            return scalars;
        }

        var keys = Gen.Elements("a", "b", "\\u0061", "labels", "a.b", "x", "\\ud800", "");
        var space = Gen.Elements("", "", " ", "\n\t");
        var members =
            from key in keys
            from before in space
            from value in Values(depth - 1)
            from after in space
            select $"\"{key}\":{before}{value}{after}";
        var objects = members.ListOf().Select(list => $"{{{string.Join(',', list)}}}");
        var arrays = Values(depth - 1).ListOf().Select(list => $"[{string.Join(", ", list)}]");
        return Gen.Frequency((1, scalars), (4, objects), (2, arrays));
    }

    private static List<string> Seen(RelativePath path, JsonValue root)
    {
        var seen = new Recorder();
        path.Any(root, seen);
        return seen.Values;
    }

    private static string Shown(JsonValue value) => $"{value.Kind} {Encoding.UTF8.GetString(value.Bytes)} {value.IsEscaped}";

    private sealed class Recorder : IValueVisitor
    {
        public List<string> Values { get; } = [];

        public bool Visit(JsonValue value)
        {
            Values.Add(Shown(value));
            return false;
        }
    }
}
