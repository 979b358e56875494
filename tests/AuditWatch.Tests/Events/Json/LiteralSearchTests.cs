using System.Text;
using AuditWatch.Events.Json;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Events.Json;

public class LiteralSearchTests
{
    private static readonly string[] Literals = ["xmrig", "minerd", "miner", "x-mrig", "--donate-level", "a/b_c"];

    [Theory]
    [InlineData("""{"image":"xmrig"}""", "xmrig")]
    [InlineData("""{"image":"XmRiG"}""", "xmrig")]
    [InlineData("""{"image" :"xmrig"}""", "xmrig")]
    [InlineData("xmrig", "xmrig")]
    [InlineData(" xmrig", "xmrig")]
    [InlineData("xmri", "")]
    [InlineData("""{"a":"minerd --donate-level=1"}""", "minerd,miner,--donate-level")]
    [InlineData("""{"a":"A/B_C a?b?c"}""", "a/b_c")]
    [InlineData("""{"a":"x m r i g"}""", "")]
    [InlineData("", "")]
    [InlineData("""{"a":"\u0078mrig"}""", "xmrig,minerd,miner,x-mrig,--donate-level,a/b_c")]
    [InlineData("""{"a":"é"}""", "xmrig,minerd,miner,x-mrig,--donate-level,a/b_c")]
    public void Mark_Text_NamesTheLiteralsInIt(string json, string expected) => Assert.Equal(expected, string.Join(',', Found(json)));

    [Fact]
    public void Mark_AnyText_FindsWhatContainsFinds()
    {
        var part = Gen.Elements([.. Literals, "XMRIG", "xmr", "ig", "mine", "rd", "-", "--donate", "-level", " ", "a/b", "_c", "\"", "@`[{"]);

        Prop.ForAll(part.ListOf().Select(string.Concat).ToArbitrary(), json =>
            Assert.Equal(Literals.Where(literal => json.Contains(literal, StringComparison.OrdinalIgnoreCase)), Found(json))).QuickCheckThrowOnFailure();
    }

    private static IEnumerable<string> Found(string json)
    {
        var search = new LiteralSearch(Literals.Select((literal, i) => (literal, new[] { 1UL << i })), [(1UL << Literals.Length) - 1]);
        var found = new ulong[1];
        search.Mark(Encoding.UTF8.GetBytes(json), found);
        return Literals.Where((_, i) => (found[0] >> i & 1) != 0);
    }
}
