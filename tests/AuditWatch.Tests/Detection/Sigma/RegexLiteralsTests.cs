using System.Text.RegularExpressions;
using AuditWatch.Detection.Sigma;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Detection.Sigma;

public class RegexLiteralsTests
{
    [Theory]
    [InlineData("dryRun=All", true, "dryRun=All")]
    [InlineData(@"\?([^?]*&)?dryRun=All(&|$)", true, "dryRun=All")]
    [InlineData(@"(?i)\b(xmrig|minerd)\b|--donate-level=[0-9]+", true, "xmrig|minerd|--donate-level=")]
    [InlineData("(pool|xmr)\\.[a-z]*(minexmr|nanopool)", true, "minexmr|nanopool")]
    [InlineData("abc+def", true, "def")]
    [InlineData("abcd?ef", true, "abc")]
    [InlineData("(abc)+x", true, "abc")]
    [InlineData("(abcdef){0,2}xyz", true, "xyz")]
    [InlineData("(abcdef){2}xyz", true, "abcdef")]
    [InlineData("abc{def", true, "abc{def")]
    [InlineData("[]x-]abc[^]]", true, "abc")]
    [InlineData(@"ab\.cd", true, "ab.cd")]
    [InlineData("kühl-schrank", true, "hl-schrank")]
    [InlineData("abc|[0-9]+", true, null)]
    [InlineData("abc|", true, null)]
    [InlineData("(abc)?", true, null)]
    [InlineData("ab", true, null)]
    [InlineData("(?=abc)abc", false, null)]
    [InlineData(@"(abc)\1", false, null)]
    [InlineData("(?>abc)", false, null)]
    [InlineData("(?<name>abc)", false, null)]
    [InlineData(@"\u0061bcd", false, null)]
    [InlineData("[a-z-[aeiou]]xyz", false, null)]
    [InlineData("(((abc){90}){90}){90}", false, null)]
    public void TryRead_Pattern_WhatMustBeInAMatch(string pattern, bool known, string? expected)
    {
        Assert.Equal(known, RegexLiterals.TryRead(pattern, out var literals));
        Assert.Equal(expected, literals is null ? null : string.Join('|', literals));
    }

    [Fact]
    public void TryRead_AnyText_NeverThrows() => Prop.ForAll(
        Gen.Elements("a", "[", "]", "(", ")", "\\", "{", "}", "1", ",", "?", "*", "|", "^", "-", "(?", ":").ListOf().Select(parts => string.Concat(parts)).ToArbitrary(),
        pattern => { RegexLiterals.TryRead(pattern, out _); }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    /// <summary>Expressions and texts of few letters, so that many match: what matches has one of the literals in it, and the two ways to match agree.</summary>
    [Fact]
    public void IsMatch_AnyExpression_FindsWhatTheExpressionFinds()
    {
        var atoms = Gen.Elements("a", "b", "abc", "bca", "[ab]", "[^a]", ".", "\\.", "-", "^", "$", "\\b", "\\w");
        var quantifiers = Gen.Elements("", "", "", "?", "*", "+", "{0,1}", "{2}", "{1,}", "+?");
        var patterns = Sequences(2);
        var texts = Gen.Elements("a", "b", "c", "A", "B", ".", "-", "abc", "BCA", "\n").ListOf().Select(parts => string.Concat(parts));

        Prop.ForAll(
            patterns.ToArbitrary(),
            texts.ListOf(20).ToArbitrary(),
            Gen.Elements(RegexOptions.None, RegexOptions.IgnoreCase).ToArbitrary(),
            (pattern, some, options) =>
            {
                var plain = new Regex(pattern, options | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
                Assert.All(some, text => Assert.Equal(plain.IsMatch(text), DetectionRegex.Of(pattern, options).IsMatch(text, isAscii: true)));
            }).QuickCheckThrowOnFailure();

        Gen<string> Sequences(int depth) =>
            from parts in (depth == 0 ? atoms : Gen.OneOf(atoms, Groups(depth))).Zip(quantifiers).NonEmptyListOf()
            select string.Concat(parts.Select(part => part.Item1 is "^" or "$" or "\\b" ? part.Item1 : part.Item1 + (part.Item1.Length == 3 && part.Item1[0] is 'a' or 'b' ? "" : part.Item2)));

        Gen<string> Groups(int depth) =>
            from open in Gen.Elements("(", "(?:", "(?i:")
            from parts in Sequences(depth - 1).NonEmptyListOf()
            select open + string.Join('|', parts) + ")";
    }
}
