using System.Globalization;
using AuditWatch.Notifications.Rendering;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Notifications.Rendering;

public sealed class DisplayTextTests
{
    [Theory]
    [InlineData("jane@example.com", "jane@example.com")]
    [InlineData("żółć 🔥", "żółć 🔥")]
    [InlineData("a\r\nb\tc", @"a\u000d\u000ab\u0009c")]
    [InlineData("\e[31mred", @"\u001b[31mred")]
    [InlineData("\u009b31m", @"\u009b31m")]
    [InlineData("x\u202egpj.exe", @"x\u202egpj.exe")]
    [InlineData("a\u2028b\u200bc\ufeff", @"a\u2028b\u200bc\ufeff")]
    [InlineData("\U000E0041", @"\U000e0041")]
    [InlineData("jane\u3164", @"jane\u3164")]
    [InlineData("jane\u115f\uffa0", @"jane\u115f\uffa0")]
    [InlineData("jane\ufe0f\u2800\u034f", @"jane\ufe0f\u2800\u034f")]
    [InlineData("jane\u00a0doe\u3000", @"jane\u00a0doe\u3000")]
    [InlineData("jane doe", "jane doe")]
    public void Of_ActiveCharacters_AreWrittenOut(string text, string expected) => Assert.Equal(expected, DisplayText.Of(text, 100));

    [Fact]
    public void Of_BrokenSurrogate_IsReplaced() => Assert.Equal("a\ufffdb", DisplayText.Of("a\ud800b", 100));

    [Fact]
    public void Of_Null_IsEmpty() => Assert.Equal("", DisplayText.Of(null, 100));

    [Theory]
    [InlineData("abcd", 4, "abcd")]
    [InlineData("abcde", 4, "abc…")]
    [InlineData("ab🔥de", 4, "ab…")]
    [InlineData("a🔥🔥", 4, "a🔥…")]
    [InlineData("🔥", 1, "…")]
    public void Of_LongText_IsCutBetweenCharacters(string text, int limit, string expected) => Assert.Equal(expected, DisplayText.Of(text, limit));

    [Fact]
    public void Of_AnyText_IsShortVisibleAndStaysAsItIs() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), ArbMap.Default.ArbFor<PositiveInt>(), (text, limit) =>
        {
            var shown = DisplayText.Of(text, limit.Get);
            return shown.Length <= limit.Get
                && DisplayText.Of(shown, limit.Get) == shown
                && shown.EnumerateRunes().All(rune => System.Text.Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format));
        }).QuickCheckThrowOnFailure();
}
