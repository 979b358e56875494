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

    // Unicode 16: DerivedCoreProperties, Default_Ignorable_Code_Point; then White_Space but for the space itself, and what has no ink although it is a letter, a mark or a symbol.
    [Theory]
    [InlineData(0x00AD, 0x00AD)]
    [InlineData(0x034F, 0x034F)]
    [InlineData(0x061C, 0x061C)]
    [InlineData(0x115F, 0x1160)]
    [InlineData(0x17B4, 0x17B5)]
    [InlineData(0x180B, 0x180F)]
    [InlineData(0x200B, 0x200F)]
    [InlineData(0x202A, 0x202E)]
    [InlineData(0x2060, 0x206F)]
    [InlineData(0x3164, 0x3164)]
    [InlineData(0xFE00, 0xFE0F)]
    [InlineData(0xFEFF, 0xFEFF)]
    [InlineData(0xFFA0, 0xFFA0)]
    [InlineData(0xFFF0, 0xFFF8)]
    [InlineData(0x1BCA0, 0x1BCA3)]
    [InlineData(0x1D173, 0x1D17A)]
    [InlineData(0xE0000, 0xE0FFF)]
    [InlineData(0x0009, 0x000D)]
    [InlineData(0x0085, 0x0085)]
    [InlineData(0x00A0, 0x00A0)]
    [InlineData(0x1680, 0x1680)]
    [InlineData(0x2000, 0x200A)]
    [InlineData(0x2028, 0x2029)]
    [InlineData(0x202F, 0x202F)]
    [InlineData(0x205F, 0x205F)]
    [InlineData(0x3000, 0x3000)]
    [InlineData(0x2800, 0x2800)]
    [InlineData(0xFFF9, 0xFFFC)]
    [InlineData(0x13441, 0x13442)]
    [InlineData(0x16FE4, 0x16FE4)]
    [InlineData(0x1D159, 0x1D159)]
    public void Of_WhatCannotBeSeen_IsWrittenOut(int first, int last)
    {
        for (var rune = first; rune <= last; rune++)
        {
            Assert.Equal($"jane{(rune <= 0xFFFF ? $"\\u{rune:x4}" : $"\\U{rune:x8}")}", DisplayText.Of("jane" + char.ConvertFromUtf32(rune), 100));
        }
    }

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
