using System.Text;
using System.Text.Json;
using AuditWatch.Events;
using AuditWatch.Events.Json;

namespace AuditWatch.Tests.Events;

public class JsonPatchTextTests
{
    [Theory]
    [InlineData("""[]""", """{}""")]
    [InlineData("""[{"op":"add","path":"/a/b","value":1},{"op":"remove","path":"/c"}]""", """{"a":{"b":1},"c":null}""")]
    [InlineData("""[{"op":"add","path":"/l/-","value":"x"},{"op":"replace","path":"/l/0/k","value":[1]}]""", """{"l":["x"],"l":[{"k":[1]}]}""")]
    [InlineData("""[{"op":"move","from":"/a","path":"/b"}]""", """{"b":{},"a":null}""")]
    [InlineData("""[{"op":"add","path":"/x","value":[{"k":1}]},{"op":"move","from":"/x","path":"/b"}]""", """{"x":[{"k":1}],"b":[{"k":1}],"x":null}""")]
    [InlineData("""[{"op":"test","path":"/x","value":true},{"op":"copy","from":"/x","path":"/b/c"}]""", """{"b":{"c":true}}""")]
    [InlineData("""[{"op":"add","path":"/x","value":{"y":[0,{"z~/":"v"}]}},{"op":"copy","from":"/x/y/1/z~0~1","path":"/b"}]""", """{"x":{"y":[0,{"z~/":"v"}]},"b":"v"}""")]
    [InlineData("""[{"op":"add","path":"/x","value":{}},{"op":"add","path":"/x/y","value":1},{"op":"move","from":"/x","path":"/b"},{"op":"copy","from":"/b","path":"/c"}]""", """{"x":{},"x":{"y":1},"b":{},"b":{"y":1},"x":null,"c":{},"c":{"y":1}}""")]
    [InlineData("""[{"op":"add","path":"/x/y","value":""},{"op":"move","from":"/x","path":""}]""", """{"x":{"y":""},"y":"","x":null}""")]
    [InlineData("""[{"op":"copy","from":"/x","path":"/b"},{"op":"add","path":"/x","value":1},{"op":"add","path":"/xy","value":2}]""", """{"b":{},"x":1,"xy":2}""")]
    [InlineData("""[{"op":"add","path":"/xy","value":2},{"op":"copy","from":"/x","path":"/b"},{"op":"copy","path":"/c"},{"op":"move","from":"/c"}]""", """{"xy":2,"b":{},"c":null}""")]
    [InlineData("""[{"op":"add","path":"/a~1b~0c\"d\\e","value":"\u0041\""}]""", """{"a/b~c\"d\\e":"\u0041\""}""")]
    [InlineData("""[{"op":"add","path":"\/a\u002fb","value":true}]""", """{"a":{"b":true}}""")]
    [InlineData("""[{"op":"replace","path":"","value":{"a":1,"b":2}},{"op":"add","path":"/c","value":{}}]""", """{"a":1,"b":2,"c":{}}""")]
    [InlineData("""[{"op":"replace","path":"","value":{ }},{"op":"replace","path":"","value":7}]""", """{}""")]
    [InlineData("""["x",1,null,{},{"op":"add"},{"op":"add","path":7,"value":1},{"op":"add","path":"a","value":1},{"op":"add","path":"/a"},{"path":"/a","value":1}]""", """{}""")]
    public void Write_Operations_SetTheSame(string patch, string expected) => Assert.Equal(expected, Write(patch));

    [Fact]
    public void Write_PathDeeperThanAnyObject_IsLeftOut() =>
        Assert.Equal("{}", Write($$"""[{"op":"add","path":"{{string.Concat(Enumerable.Repeat("/a", 1_000_000))}}","value":1}]"""));

    [Fact]
    public void Write_CopiesOfCopies_StayInProportion()
    {
        var copies = Enumerable.Range(0, 5000).Select(i => $$"""{"op":"copy","from":"","path":"/c{{i}}"}""");
        var patch = $$"""[{"op":"add","path":"/x","value":"{{new string('v', 1000)}}"},{{string.Join(',', copies)}}]""";

        Assert.InRange(Write(patch).Length, patch.Length / 10, 5 * patch.Length);
    }

    [Fact]
    public void Write_OnePatchAfterTheOther_HoldsNothingOfTheFirst()
    {
        using var text = new JsonPatchText();
        text.Write(JsonValue.FromJson("""[{"op":"add","path":"/aaaaaaaa","value":1}]"""u8));

        Assert.Equal("""{"b":2}""", Encoding.UTF8.GetString(text.Write(JsonValue.FromJson("""[{"op":"add","path":"/b","value":2}]"""u8))));
    }

    private static string Write(string patch)
    {
        using var text = new JsonPatchText();
        var written = Encoding.UTF8.GetString(text.Write(JsonValue.FromJson(Encoding.UTF8.GetBytes(patch))));
        using var valid = JsonDocument.Parse(written);
        return written;
    }
}
