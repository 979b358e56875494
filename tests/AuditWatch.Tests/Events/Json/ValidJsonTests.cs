using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuditWatch.Events.Json;
using FsCheck;
using FsCheck.Fluent;
using JsonValue = AuditWatch.Events.Json.JsonValue;

namespace AuditWatch.Tests.Events.Json;

public class ValidJsonTests
{
    [Fact]
    public void MoveNext_MembersOfAnyObject_AreThoseOfAJsonReader()
    {
        var value = Value(3);
        var members = from key in Gen.Elements("a", "b", "a\"b", "a\\", "é", "a/b")
                      from node in value
                      select (key, node);
        var written = from all in members.ListOf()
                      from indented in Gen.Elements(false, true)
                      select Write(all, indented);

        Prop.ForAll(written.ToArbitrary(), json =>
        {
            foreach (var key in (string[])["a", "b", "a\"b", "a\\", "é", "a/b", "none"])
            {
                Assert.Equal(ByReader(json, key), Members(json, key));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void MoveNext_ElementsOfAnyArray_AreThoseOfAJsonReaderWithArraysFlattened()
    {
        var written = from items in Value(3).ListOf()
                      from indented in Gen.Elements(false, true)
                      select new JsonArray([.. items.Select(item => item?.DeepClone())]).ToJsonString(new JsonSerializerOptions { WriteIndented = indented });

        Prop.ForAll(written.ToArbitrary(), json =>
        {
            var read = new List<string>();
            var elements = new JsonElements(JsonValue.FromJson(Encoding.UTF8.GetBytes(json)));
            while (elements.MoveNext())
            {
                read.Add($"{elements.Current.Kind} {Encoding.UTF8.GetString(elements.Current.Bytes)}");
            }

            Assert.Equal(Flat(JsonDocument.Parse(json).RootElement), read);
        }).QuickCheckThrowOnFailure();
    }

    private static Gen<JsonNode?> Value(int depth) => Gen.OneOf(
        Gen.Elements<JsonNode?>(null, true, false, 0, -1.5e3, "", "text", "q\"uote", "back\\", "{[}]", "é\n\u0001"),
        depth == 0
            ? Gen.Constant<JsonNode?>("leaf")
            : Gen.OneOf(
                Value(depth - 1).ListOf().Select(JsonNode? (items) => new JsonArray([.. items.Select(item => item?.DeepClone())])),
                Value(depth - 1).ListOf().Select(JsonNode? (items) => new JsonObject(items.Select((item, i) => KeyValuePair.Create($"k{i}", item?.DeepClone()))))));

    // A key may be repeated.
    private static string Write(IEnumerable<(string Key, JsonNode? Value)> members, bool indented) =>
        $"{{{string.Join(indented ? " ,\n" : ",", members.Select(member => $"{JsonSerializer.Serialize(member.Key)}{(indented ? " : " : ":")}{member.Value?.ToJsonString(new JsonSerializerOptions { WriteIndented = indented }) ?? "null"}"))}}}";

    private static List<string> Members(string json, string key)
    {
        var read = new List<string>();
        var members = new JsonMembers(JsonValue.FromJson(Encoding.UTF8.GetBytes(json)), Encoding.UTF8.GetBytes(key));
        while (members.MoveNext())
        {
            read.Add($"{members.Current.Kind} {Encoding.UTF8.GetString(members.Current.Bytes)}");
        }

        return read;
    }

    private static List<string> ByReader(string json, string key) =>
        [.. JsonDocument.Parse(json).RootElement.EnumerateObject().Where(member => member.NameEquals(key)).Select(member => Text(member.Value))];

    private static IEnumerable<string> Flat(JsonElement array) => array.EnumerateArray().SelectMany(item => item.ValueKind == JsonValueKind.Array ? Flat(item) : [Text(item)]);

    private static string Text(JsonElement value)
    {
        var kind = value.ValueKind switch
        {
            JsonValueKind.Object => JsonKind.Object,
            JsonValueKind.Array => JsonKind.Array,
            JsonValueKind.String => JsonKind.String,
            JsonValueKind.Number => JsonKind.Number,
            JsonValueKind.Null => JsonKind.Null,
            _ => JsonKind.Boolean,
        };
        var raw = value.GetRawText();
        return $"{kind} {(kind == JsonKind.String ? raw[1..^1] : raw)}";
    }
}
