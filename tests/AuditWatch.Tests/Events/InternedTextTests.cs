using System.Text;
using AuditWatch.Events;
using AuditWatch.Events.Json;

namespace AuditWatch.Tests.Events;

public class InternedTextTests
{
    [Fact]
    public void Of_SameValueAgain_IsTheSameObject()
    {
        var first = Of("\"system:serviceaccount:payments:web\"");

        Assert.Same(first, Of("\"system:serviceaccount:payments:web\""));
        Assert.Equal("system:serviceaccount:payments:web", first.Text);
    }

    [Theory]
    [InlineData("\"\"", "")]
    [InlineData("\"a\"", "a")]
    [InlineData("200", "200")]
    [InlineData("\"\\u0061b\"", "ab")]
    [InlineData("\"größer\"", "größer")]
    public void Of_AnyScalar_IsItsText(string json, string expected)
    {
        Assert.Equal(expected, Of(json).Text);
        Assert.Equal(expected, Of(json).Text);
    }

    [Fact]
    public void Of_ManyValues_AreToldApart()
    {
        var values = Enumerable.Range(0, 20_000).Select(i => $"system:node:node-{i}-{i % 7}").ToList();

        Assert.Equal(values, values.Select(value => Of($"\"{value}\"").Text));
    }

    [Fact]
    public void Of_TextWithAToken_IsMaskedAndNotRemembered()
    {
        var text = Of("\"/x?token=abc\"");

        Assert.Equal("/x?token=<redacted>", text.Shown);
        Assert.NotSame(text, Of("\"/x?token=abc\""));
    }

    private static InternedText Of(string json) => InternedText.Of(JsonValue.FromJson(Encoding.UTF8.GetBytes(json)));
}
