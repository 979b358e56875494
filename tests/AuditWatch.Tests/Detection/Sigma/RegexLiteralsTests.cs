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
    [InlineData("abc{999}d{999}e{999}f{999}g{999}", false, null)]
    [InlineData("abcx{16}|abdx{60}|abex{40}", true, "abc|abd|abe")]
    public void TryRead_Pattern_WhatMustBeInAMatch(string pattern, bool known, string? expected)
    {
        Assert.Equal(known, RegexLiterals.TryRead(pattern, out var literals, out _));
        Assert.Equal(expected, literals is null ? null : string.Join('|', literals));
    }

    [Theory]
    [InlineData("^(kubectl|curl)/v?[0-9]", true)]
    [InlineData("kubectl|curl|wget", true)]
    [InlineData(@"(^|-)(falco|kyverno)(-|$)", true)]
    [InlineData(@"^[0-9]{1,3}(\.[0-9]{1,3}){3}", true)]
    [InlineData("(?i)^/(healthz|livez)([/?].*)?$", true)]
    [InlineData("^a+?b", true)]
    [InlineData("[a-z]*/proxy", false)]
    [InlineData("^a.*|^b", false)]
    [InlineData("(?m)^a.*b", false)]
    [InlineData("(?i)(?m)^a.*b", false)]
    [InlineData("^a.*b.*c", false)]
    [InlineData("^(a|aa)*$", false)]
    [InlineData("^(a?){30}$", false)]
    [InlineData("^(a?a?)+$", false)]
    [InlineData("^(a+){2}$", false)]
    [InlineData("^(a+)?$", true)]
    [InlineData("^(a+|b*c)$", true)]
    [InlineData("^(a+|b)c*$", false)]
    [InlineData("x{16}|y{36}|z{60}", true)]
    [InlineData("(a|b|c|d){5}", false)]
    [InlineData("a{3,}", false)]
    [InlineData("(?=a)b", false)]
    public void TryRead_Pattern_WhetherBacktrackingIsLinear(string pattern, bool expected)
    {
        RegexLiterals.TryRead(pattern, out _, out var isLinear);

        Assert.Equal(expected, isLinear);
    }

    [Fact]
    public void TryRead_AnyText_NeverThrows() => Prop.ForAll(
        Gen.Elements("a", "[", "]", "(", ")", "\\", "{", "}", "1", ",", "?", "*", "|", "^", "-", "(?", ":").ListOf().Select(parts => string.Concat(parts)).ToArbitrary(),
        pattern => { RegexLiterals.TryRead(pattern, out _, out _); }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    // 1,024 letters: exponential or cubic work on them takes minutes.
    [Theory]
    [InlineData("^(kubectl|curl|a{1,3})?a?a?(aa|a)?b")]
    [InlineData("(^|a)(a|aa|ab){3}(-|$)")]
    [InlineData("^(aa|a)(a|b)?.*b$")]
    public void IsMatch_LinearAndNearlyMatching_IsDoneInTime(string pattern)
    {
        RegexLiterals.TryRead(pattern, out _, out var isLinear);

        Assert.True(isLinear);
        Assert.DoesNotMatch(new Regex(pattern, RegexOptions.None, TimeSpan.FromSeconds(5)), new string('a', 1_024) + "c");
    }

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
