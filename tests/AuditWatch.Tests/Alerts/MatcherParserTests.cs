using AuditWatch.Alerts;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Alerts;

public class MatcherParserTests
{
    [Theory]
    [InlineData("level=high", """{level="high"}""")]
    [InlineData(" level = high ", """{level="high"}""")]
    [InlineData("actor.kind!=human", """{actor.kind!="human"}""")]
    [InlineData("""level=~"high|critical" """, """{level=~"high|critical"}""")]
    [InlineData("namespace!~kube-.*", """{namespace!~"kube-.*"}""")]
    [InlineData("""{ namespace = "b", cluster != "a", }""", """{cluster!="a",namespace="b"}""")]
    [InlineData("namespace=b,cluster!=a", """{cluster!="a",namespace="b"}""")]
    [InlineData("{}", "{}")]
    [InlineData("""actor="say \"hi\", \\ and \n" """, """{actor="say \"hi\", \\ and \n"}""")]
    [InlineData("""actor=~"a\.b" """, """{actor=~"a\\.b"}""")]
    [InlineData("""actor=~"a\\.b" """, """{actor=~"a\\.b"}""")]
    [InlineData("""actor=~.+@example\.com""", """{actor=~".+@example\\.com"}""")]
    [InlineData("actor=system:serviceaccount:ci:deployer", """{actor="system:serviceaccount:ci:deployer"}""")]
    [InlineData("""namespace="" """, """{namespace=""}""")]
    [InlineData("""namespace="a}b,c" """, """{namespace="a}b,c"}""")]
    public void Parse_Right_IsUnderstood(string text, string expected) => Assert.Equal(expected, Matchers.Parse(text).ToString());

    [Theory]
    [InlineData("", 0, "a matcher is missing")]
    [InlineData("  ", 2, "a matcher is missing")]
    [InlineData("level", 5, "expected =, !=, =~ or !~")]
    [InlineData("level!high", 6, "expected != or !~")]
    [InlineData("level~high", 5, "expected =, !=, =~ or !~")]
    [InlineData("level=", 6, "expected a value")]
    [InlineData("level==high", 6, "expected a value")]
    [InlineData("=high", 0, "expected a label")]
    [InlineData("level=high}", 10, "expected ',' or the end")]
    [InlineData("level=high cluster=a", 11, "expected ',' or the end")]
    [InlineData("level=high,,cluster=a", 11, "expected a label")]
    [InlineData("{level=high", 11, "the closing '}' is missing")]
    [InlineData("{level=high cluster=a}", 12, "expected ',' or '}'")]
    [InlineData("{level=high} x", 13, "expected ',' or the end")]
    [InlineData("level=high \0junk", 11, "expected ',' or the end")]
    [InlineData("""actor="jane""", 6, "the closing double quote is missing")]
    [InlineData("""actor="jane\" """, 6, "the closing double quote is missing")]
    [InlineData("cluster=a, levl=high", 11, "alerts have no label 'levl'; did you mean 'level'?")]
    [InlineData("team=soc", 0, "alerts have no label 'team'; there are detection, level, tag, cluster, namespace, actor, actor.kind")]
    [InlineData("level=hihg", 6, "no level is 'hihg'; did you mean 'high'?")]
    [InlineData("level!=HIGH", 7, "no level is 'HIGH'; did you mean 'high'?")]
    [InlineData("level=~hi", 7, "no level is 'hi'")]
    [InlineData("actor.kind=robot", 11, "no actor.kind is 'robot'; there are human, serviceaccount,")]
    [InlineData("""actor=~"a\"b(c" """, 14, "not a regular expression: ")]
    [InlineData("actor=~a)|(b", 9, "not a regular expression: ")]
    [InlineData("""actor=~"(?!a)" """, 7, "lookaround")]
    [InlineData("""actor=~"(a{1000}){1000}" """, 7, "too large")]
    public void Parse_Wrong_SaysWhatAndWhere(string text, int index, string message)
    {
        var problem = Assert.Throws<MatcherFormatException>(() => Matchers.Parse(text));

        Assert.Equal(index, problem.Index);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_TooLong_IsRefused()
    {
        Assert.Single(Matchers.Parse($"actor={new string('a', Matcher.MaxLength)}"));
        Assert.Equal(6, Assert.Throws<MatcherFormatException>(() => Matchers.Parse($"actor={new string('a', Matcher.MaxLength + 1)}")).Index);
        Assert.Contains("20,000", Assert.Throws<MatcherFormatException>(() => Matchers.Parse(new string(' ', 20_001))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_WhatToStringWrites_IsTheSame() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), value =>
        {
            var text = value.Get.Length > 100 ? value.Get[..100] : value.Get;
            var written = Matcher.Create("actor", MatchOperator.NotEqual, text);
            return Assert.Single(Matchers.Parse(new Matchers([written]).ToString())).Value == text;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Parse_AnyText_IsReadOrRefusedWithAPlaceInIt() =>
        Prop.ForAll(Gen.ArrayOf(Gen.Elements("{", "}", "=", "!", "~", ",", "\"", "\\", " ", "level", "high", "actor", "n", "(", "\0")).ToArbitrary(), parts =>
        {
            var text = string.Concat(parts);
            try
            {
                var matchers = Matchers.Parse(text);
                return Matchers.Parse(matchers.ToString()).ToString() == matchers.ToString();
            }
            catch (MatcherFormatException problem)
            {
                return problem.Index >= 0 && problem.Index <= text.Length;
            }
        }).QuickCheckThrowOnFailure();
}
