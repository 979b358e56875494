using AuditWatch.Yaml;

namespace AuditWatch.Tests.Yaml;

public class YamlFileTests
{
    private const string Laughs = """
        a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]
        b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
        c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
        d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
        e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
        f: [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]
        """;

    [Theory]
    [InlineData("[", 1_000_000)]
    [InlineData("[{", 100_000)]
    [InlineData("{a: ", 100_000)]
    [InlineData("- ", 100_000)]
    [InlineData("[", YamlBounds.MaxDepth + 1)]
    public void Parse_NestedDeep_IsAnErrorAndNotTheEndOfTheStack(string open, int times) =>
        Assert.Contains("nest deeper than 100 levels", Said(string.Concat(Enumerable.Repeat(open, times))), StringComparison.Ordinal);

    [Fact]
    public void Parse_NestedAsDeepAsAllowed_IsRead() => Assert.Single(Parse(new string('[', YamlBounds.MaxDepth) + new string(']', YamlBounds.MaxDepth), []));

    [Theory]
    [InlineData("a: &a [*a]")]
    [InlineData("&a {b: {c: *a}}")]
    [InlineData("a: *b")]
    public void Parse_AliasOfWhatHasNotEnded_IsAnError(string text) => Assert.Contains("stands for nothing", Said(text), StringComparison.Ordinal);

    [Fact]
    public void Parse_AliasesThatMakeMillionsOfValues_AreAnErrorWithItsPlace()
    {
        var said = new Diagnostics();

        Assert.Empty(Parse(Laughs, said));
        var error = Assert.Single(said);
        Assert.Contains("more than 1000000 values", error.Message, StringComparison.Ordinal);
        Assert.Equal(6, error.Location.Line);
    }

    [Fact]
    public void Parse_AliasesThatNestDeeperThanWhatIsWritten_AreAnError()
    {
        var lines = Enumerable.Range(1, 60).Select(i => $"- &a{i} [[*a{i - 1}]]").Prepend("- &a0 x");

        Assert.Contains("nest deeper than 100 levels", Said(string.Join('\n', lines)), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_AliasesAsPeopleUseThem_AreWhatTheyStandFor()
    {
        var document = Assert.Single(Parse("a: &a [1, 2]\nb: *a\nc: &a 3\nd: *a", []));

        Assert.Equal(["2", "2", "1", "1"], document.Pairs.Select(pair => $"{pair.Value.Elements.Count()}"));
    }

    private static string Said(string text)
    {
        var said = new Diagnostics();
        Parse(text, said);
        return Assert.Single(said).Message;
    }

    private static IReadOnlyList<YamlValue> Parse(string text, Diagnostics said) => YamlFile.Parse("file.yml", text, said);
}
