using System.Text;
using System.Text.Json;
using AuditWatch.Events.Json;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Events.Json;

public class JsonEscapesTests
{
    [Theory]
    [InlineData("""plain""", "plain")]
    [InlineData("""\"\\\/\b\f\n\r\t""", "\"\\/\b\f\n\r\t")]
    [InlineData("""\u0041\u00e9\u20AC\uD83D\uDE00""", "Aé€😀")]
    [InlineData("""\u0000""", "\0")]
    [InlineData("""a\ud800b""", "a\uFFFDb")]
    [InlineData("""\ude00\ud83d""", "\uFFFD\uFFFD")]
    [InlineData("""\ud83dx\ude00""", "\uFFFDx\uFFFD")]
    [InlineData("""\ud83d\u0041""", "\uFFFDA")]
    public void Resolve_Escapes_GivesWhatTheyStandFor(string escaped, string expected)
    {
        Assert.Equal(expected, Resolve(escaped));
    }

    [Theory]
    [InlineData("""\""")]
    [InlineData("""\u""")]
    [InlineData("""a\u12""")]
    [InlineData("""\uzzzz""")]
    [InlineData("""\q""")]
    public void Resolve_NotAnEscape_WritesNoMoreThanItReads(string text)
    {
        Assert.True(Resolve(text).Length <= text.Length);
    }

    [Fact]
    public void Resolve_AnyStringAsSystemTextJsonEscapesIt_GivesTheString()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        {
            var wellFormed = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""));
            return Resolve(JsonEncodedText.Encode(wellFormed).ToString()) == wellFormed;
        }).QuickCheckThrowOnFailure();
    }

    private static string Resolve(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var to = new byte[bytes.Length];
        return Encoding.UTF8.GetString(to, 0, JsonEscapes.Resolve(bytes, to));
    }
}
