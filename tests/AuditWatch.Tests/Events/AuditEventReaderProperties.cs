using System.Text;
using System.Text.Json;
using AuditWatch.Events;
using AuditWatch.Events.Json;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Events;

public class AuditEventReaderProperties
{
    private static readonly (EventField Field, string[] Path)[] Fields =
    [
        (EventField.AuditId, ["auditID"]),
        (EventField.Stage, ["stage"]),
        (EventField.Verb, ["verb"]),
        (EventField.User, ["user"]),
        (EventField.UserName, ["user", "username"]),
        (EventField.UserGroups, ["user", "groups"]),
        (EventField.ImpersonatedUserName, ["impersonatedUser", "username"]),
        (EventField.ObjectRef, ["objectRef"]),
        (EventField.ObjectRefResource, ["objectRef", "resource"]),
        (EventField.ObjectRefName, ["objectRef", "name"]),
        (EventField.ObjectRefApiGroup, ["objectRef", "apiGroup"]),
        (EventField.ObjectRefSubresource, ["objectRef", "subresource"]),
        (EventField.ResponseStatusCode, ["responseStatus", "code"]),
        (EventField.RequestObject, ["requestObject"]),
        (EventField.RequestReceivedTimestamp, ["requestReceivedTimestamp"]),
        (EventField.Annotations, ["annotations"]),
    ];

    /// <summary>Objects with the keys of events, in any order, repeated, escaped, with values of any kind; System.Text.Json is the oracle.</summary>
    [Fact]
    public void Read_AnyObject_FindsTheFieldsThatSystemTextJsonFinds()
    {
        Prop.ForAll(
            Objects(depth: 3).ToArbitrary(),
            text =>
            {
                var json = text.Insert(1, "\"auditID\":\"x\",\"verb\":\"\",\"user\":{}" + (text == "{}" ? "" : ","));
                using var batch = Reading.Any(json);
                if (batch.Count == 0)
                {
                    // With another verb or user further on it may be none.
                    return;
                }

                using var oracle = JsonDocument.Parse(json);
                foreach (var (field, path) in Fields)
                {
                    Assert.Equal(Find(oracle.RootElement, path), Text(batch[0][field]));
                }
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Read_InChunksOfAnySize_MakesTheSameOfTheText()
    {
        var pieces = Gen.Elements(
            """{"auditID":"a","verb":"get","user":{"uid":"1"}}""",
            """{"auditID":"\u00e9\\\"","user":{},"verb":"get","objectRef":{"name":"😀"}}""",
            """{"kind":"EventList","items":[{"auditID":"b","user":{},"verb":"get"},{"auditID":"c","user":{},"verb":"get"}],"metadata":{"x":[]}}""",
            "[{\"auditID\":\"d\",\"user\":{},\"verb\":\"get\"},\n 7,\n{\"kind\":\"Status\"} ]",
            "{\n  \"auditID\": \"e\", \"verb\": \"get\", \"user\": {},\n  \"sourceIPs\": [\n    \"::1\"\n  ]\n}",
            """{"kind":"Status"}""",
            """{"auditID":"cut","verb":"ge""",
            """{"auditID":"cut","user":{"groups":["a",""",
            """{"auditID":"cut","verb":""",
            """{"items":[{"auditID":"f","user":{},"verb":"get"},{"auditID":"cut""",
            """{"items":[{"auditID":"g","user":{},"verb":"get"}""",
            "[",
            "]}",
            "rubbish",
            "\uFEFF",
            "",
            "\t  \r");
        var texts =
            from bom in Gen.Elements("", "\uFEFF")
            from lines in pieces.NonEmptyListOf()
            from separator in Gen.Elements("\n", "\r\n", "\n\n")
            from end in Gen.Elements("", "\n")
            select bom + string.Join(separator, lines) + end;

        Prop.ForAll(
            texts.ToArbitrary(),
            Gen.Choose(1, 60).NonEmptyListOf().ToArbitrary(),
            (text, chunks) =>
            {
                var whole = Reading.Of(text);
                var pieced = Reading.Of(text, [.. chunks]);

                Assert.Equal(whole.Events, pieced.Events);
                Assert.Equal(whole.RejectedCount, pieced.RejectedCount);
                Assert.Equal(whole.Rejections.Take(8), pieced.Rejections.Take(8));
            }).QuickCheckThrowOnFailure();
    }

    /// <summary>One line of a real log is damaged at random; every other one is still read, however the text arrives.</summary>
    [Fact]
    public void Read_DamagedLineOfARealLog_LosesNoOtherLine()
    {
        var log = Encoding.UTF8.GetString(File.ReadAllBytes(RepositoryFiles.SampleLog)).TrimEnd('\n').Split('\n');
        var cases =
            from first in Gen.Choose(0, log.Length - 5)
            from damaged in Gen.Choose(0, 4)
            from mutations in Mutations().NonEmptyListOf()
            from chunk in Gen.Elements(1_000_000, 4_096, 333)
            select (First: first, Damaged: damaged, Mutations: mutations, Chunk: chunk);

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300),
            Prop.ForAll(cases.ToArbitrary(), test =>
            {
                var lines = log.Skip(test.First).Take(5).Select(Encoding.UTF8.GetBytes).ToArray();
                lines[test.Damaged] = test.Mutations.Aggregate(lines[test.Damaged], (line, mutate) => mutate(line));
                byte[] text = [.. lines.SelectMany(line => line.Append((byte)'\n'))];

                var events = Reading.Of(text, test.Chunk).Events;

                Assert.Empty(log.Skip(test.First).Take(5).Where((_, i) => i != test.Damaged).Except(events));
            }));
    }

    private static Gen<Func<byte[], byte[]>> Mutations()
    {
        var position = Gen.Choose(0, 1_000_000);
        return Gen.OneOf<Func<byte[], byte[]>>(
            from at in position select (Func<byte[], byte[]>)(line => line[..(at % (line.Length + 1))]),
            from at in position select (Func<byte[], byte[]>)(line => line[(at % (line.Length + 1))..]),
            from at in position from length in Gen.Choose(1, 40) select Splice(at, length, []),
            from at in position from b in Gen.Choose(0, 255) select Splice(at, 1, [(byte)b]),
            from at in position
            from token in Gen.Elements("{", "}", "[", "]", "\"", ",", ":", "\n", "\\", "\\u", "{\"items\":[", "null", "\0", "\uFEFF")
            select Splice(at, 0, Encoding.UTF8.GetBytes(token)));
    }

    private static Func<byte[], byte[]> Splice(int at, int remove, byte[] insert) => line =>
    {
        var from = at % (line.Length + 1);
        return [.. line[..from], .. insert, .. line[Math.Min(line.Length, from + remove)..]];
    };

    private static Gen<string> Objects(int depth)
    {
        var names = Gen.Elements(Fields.SelectMany(f => f.Path).Distinct().Append("unknown").Append("x y\"\\é").ToArray());
        var keys =
            from name in names
            from escaped in Gen.Elements(false, false, true)
            select escaped ? string.Concat(name.Select(c => $"\\u{(int)c:x4}")) : JsonEncodedText.Encode(name).ToString();
        var members =
            from key in keys
            from value in Values(depth - 1)
            from space in Gen.Elements("", " ", "\n", "\t")
            select $"{space}\"{key}\"{space}:{space}{value}{space}";
        return members.ListOf().Select(list => "{" + string.Join(',', list) + "}");
    }

    private static Gen<string> Values(int depth)
    {
        var strings = ArbMap.Default.GeneratorFor<string>().Select(s => JsonSerializer.Serialize(s ?? ""));
        var scalars = Gen.OneOf(strings, Gen.Elements("null", "true", "false", "0", "-1.5e3", "\"\\u0061\\/\\ud83d\\ude00\""));
        return depth <= 0
            ? scalars
            : Gen.OneOf(scalars, Gen.Constant(0).SelectMany(_ => Objects(depth)), scalars.ListOf().Select(list => "[" + string.Join(" , ", list) + "]"));
    }

    // Of a repeated key the last counts, at every level.
    private static string? Find(JsonElement element, string[] path)
    {
        foreach (var key in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(key, out element))
            {
                return null;
            }
        }

        return element.ValueKind == JsonValueKind.String ? element.GetString() : element.GetRawText();
    }

    private static string? Text(JsonValue value) => value.IsPresent ? value.ToString() : null;
}
