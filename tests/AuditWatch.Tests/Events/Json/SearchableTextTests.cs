using System.Buffers;
using System.Text;
using AuditWatch.Events.Json;

namespace AuditWatch.Tests.Events.Json;

public class SearchableTextTests
{
    private static readonly SearchValues<string> Miners = SearchValues.Create(["xmrig", "a/b"], StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData("""{"image":"registry/XMRig:1"}""", true)]
    [InlineData("""{"image":"nginx"}""", false)]
    [InlineData("""{"image":"say \"xmr\""}""", false)]
    [InlineData("""{"image":"\u0078mrig"}""", true)]
    [InlineData("""{"image":"a\/b"}""", true)]
    [InlineData("""{"image":"überall"}""", true)]
    public void MayContain_Body_IsFalseOnlyWhereNoValueCanHaveIt(string json, bool expected)
    {
        using var text = new SearchableText();
        text.Set(Encoding.UTF8.GetBytes("""{"image":"xmrig, of the body before"}"""));
        text.MayContain(Miners);

        text.Set(Encoding.UTF8.GetBytes(json));

        Assert.Equal(expected, text.MayContain(Miners));
        Assert.Equal(expected, text.MayContain(Miners));
    }

    [Fact]
    public void MayContain_MoreSearchesThanAreRemembered_AreMadeAgain()
    {
        using var text = new SearchableText();
        text.Set("""{"image":"xmrig"}"""u8);

        for (var i = 0; i < 20; i++)
        {
            Assert.False(text.MayContain(SearchValues.Create([$"other{i}"], StringComparison.OrdinalIgnoreCase)));
        }

        Assert.True(text.MayContain(Miners));
    }
}
