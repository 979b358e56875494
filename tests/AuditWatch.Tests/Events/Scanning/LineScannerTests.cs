using System.Text;
using System.Text.Json;
using AuditWatch.Events;
using AuditWatch.Events.Json;
using AuditWatch.Events.Scanning;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Events.Scanning;

/// <summary>What the scanner accepts is what <see cref="EventParser"/> makes of it, slot for slot; and it accepts what API servers write.</summary>
public class LineScannerTests
{
    private const int Slots = 128;

    // For one line after the other, as a reader has it.
    [ThreadStatic]
    private static int[]? _places;

    private static readonly string[] Log = Encoding.UTF8.GetString(File.ReadAllBytes(RepositoryFiles.SampleLog)).TrimEnd('\n').Split('\n');

    [Fact]
    public void TryRead_RealLog_AcceptsEveryLine() => Assert.All(Log, line => Assert.True(AcceptsWhatTheParserReads(Encoding.UTF8.GetBytes(line))));

    [Fact]
    public void TryRead_DamagedLineOfARealLog_AcceptsOnlyWhatTheParserReads()
    {
        var damages =
            from at in Gen.Choose(0, 1_000_000)
            from remove in Gen.Elements(0, 0, 1, 1, 2, 7)
            from insert in Gen.Elements(
                "", "{", "}", "[", "]", "\"", ",", ":", " ", "\\", "\\\\", "\\u12", "\\u00e9", "\\x", "\t", "\r", "\0", "null", "nul", "-", "0", "01", "1.", "1e", "-0.5e+3",
                "{}", "[]", "\"\"", "\"a\":1,", ",\"verb\":\"x\"", "\"user\":{\"username\":\"y\"},", "\"us\\u0065r\":{},", "\"kind\":\"Pod\",", "\"apiVersion\":\"audit.k8s.io\\/v1\",", "\"user\":{\"name\":\"x\"},", "\"items\":[],", "\"items\":1,", "é", "\uFEFF", "}{", "{\"auditID\":{}}")
            select (at, remove, insert);
        var lines =
            from line in Gen.Elements(Log)
            from some in damages.ListOf()
            select some.Take(3).Aggregate(Encoding.UTF8.GetBytes(line), Damage);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(lines.ToArbitrary(), line => { AcceptsWhatTheParserReads(line); }));
    }

    [Fact]
    public void TryRead_AnyTokens_AcceptsOnlyWhatTheParserReads()
    {
        var tokens = Gen.Elements(
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"auditID\"", "\"user\"", "\"username\"", "\"objectRef\"", "\"x\\\\\"", "\"\\\"\"", "1", "-2.5E-7", "true", "null", "tru", " ", "{}", "[]", "[1,2]", "{\"a\":[{}]}");
        var members =
            from key in Gen.Elements("\"auditID\"", "\"user\"", "\"verb\"", "\"kind\"", "\"username\"", "\"objectRef\"", "\"name\"", "\"a\"")
            from value in Gen.OneOf(tokens.NonEmptyListOf().Select(list => string.Concat(list.Take(4))), Gen.Elements("\"s\"", "{}", "[]", "{\"username\":\"u\",\"a\":[]}", "[{\"b\":[1]},2]"))
            select $"{key}:{value}";
        var texts = members.ListOf().Select(list => "{\"auditID\":\"x\",\"verb\":\"get\",\"user\":{}," + string.Join(',', list.Take(6)) + "}");

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(texts.ToArbitrary(), text => { AcceptsWhatTheParserReads(Encoding.UTF8.GetBytes(text)); }));
    }

    [Fact]
    public void TryRead_QuotesAndBackslashesAcrossBlocks_AreCarriedOn()
    {
        for (var length = 0; length < 140; length++)
        {
            foreach (var end in new[] { "\\\\", "\\\"", "\\\\\\\"", "\",\"b\":\"", "{[,:" })
            {
                Assert.True(AcceptsWhatTheParserReads(Encoding.UTF8.GetBytes($"{{\"auditID\":\"{new string('x', length)}{end}\",\"stage\":\"s\",\"user\":{{}},\"verb\":\"get\"}}")));
            }
        }
    }

    [Fact]
    public void TryRead_NoLineFeedInTheText_Declines()
    {
        for (var length = 0; length < 140; length++)
        {
            var text = Encoding.UTF8.GetBytes($"{{\"auditID\":\"{new string('x', length)}\",\"user\":{{}},\"verb\":\"get\"}}");

            Assert.False(new LineScanner(new int[StructureIndex.Room]).TryRead(text, 0, new int[Slots], out _));
        }
    }

    [Fact]
    public void TryRead_MoreStructureThanThereIsRoomFor_Declines()
    {
        var text = Encoding.UTF8.GetBytes($"{{\"auditID\":[{new string('[', 200_000)}\n");

        Assert.False(new LineScanner(new int[StructureIndex.Room]).TryRead(text, 0, new int[Slots], out _));
    }

    internal static bool AcceptsWhatTheParserReads(byte[] line)
    {
        byte[] text = [.. line, (byte)'\n', .. "{\"auditID\":\"next\",\"user\":{},\"verb\":\"get\"}\n"u8];
        if (line is not [(byte)'{', ..])
        {
            return false;
        }

        var (scanned, parsed) = (new int[Slots], new int[Slots]);
        if (!new LineScanner(_places ??= new int[StructureIndex.Room]).TryRead(text, 0, scanned, out var end))
        {
            return false;
        }

        var reader = new Utf8JsonReader(text, isFinalBlock: false, new JsonReaderState(JsonValue.ReaderOptions));
        reader.Read();
        Assert.Equal(EventParser.Found.Event, EventParser.Read(ref reader, parsed, text, 0, mayBeList: true));
        Assert.Equal((int)reader.BytesConsumed, end);
        Assert.Equal(parsed, scanned);
        return true;
    }

    private static byte[] Damage(byte[] line, (int At, int Remove, string Insert) damage)
    {
        var from = damage.At % (line.Length + 1);
        return [.. line[..from], .. Encoding.UTF8.GetBytes(damage.Insert), .. line[Math.Min(line.Length, from + damage.Remove)..]];
    }
}
