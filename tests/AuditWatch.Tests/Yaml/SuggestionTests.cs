using AuditWatch.Yaml;

namespace AuditWatch.Tests.Yaml;

public class SuggestionTests
{
    [Theory]
    [InlineData("secret", "; did you mean 'secrets'?")]
    [InlineData("SERCETS", "; did you mean 'secrets'?")]
    [InlineData("pods", "")]
    public void For_Word_IsTheNearestOfThoseNear(string word, string suggestion) => Assert.Equal(suggestion, Suggestion.For(word, ["configmaps", "secrets"]));

    [Fact]
    public void For_WordLongerThanAnyName_IsNothing() => Assert.Equal("", Suggestion.For(new string('x', 10_000), [new string('x', 9_999)]));
}
