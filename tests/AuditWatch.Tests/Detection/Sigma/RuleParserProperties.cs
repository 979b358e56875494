using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;
using AuditWatch.Yaml;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Detection.Sigma;

/// <summary>Whatever a file holds, the loader says something about it or loads it: it never throws, and what it loads can be run.</summary>
public class RuleParserProperties
{
    private static readonly string[] Files = [.. Directory
        .EnumerateFiles(RepositoryFiles.Detections, "*.yml", SearchOption.AllDirectories)
        .Where(file => !DetectionLoader.IsTestFile(file)).Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    private static readonly string[] Splinters =
        ["|", "'", "\"", "[", "]", "{", "}", ":", ": ", "- ", "*", "&a ", "*a", "\t", "\n", "\0", "%x%", "|re", "|any", "|all", "|cidr", "not ", "1 of ", "(", ")", "null", "99999999999999999999", "é", "\ud800"];

    [Fact]
    public void Parse_MutatedRule_NeverThrows() => Prop.ForAll(Mutations(), text =>
    {
        var said = new Diagnostics();
        var rules = YamlFile.Parse("rule.yml", text, said)
            .Select(document => new RuleParser(Placeholders.None, said).Parse(document, "rule")).OfType<DetectionRule>().ToList();
        foreach (var rule in rules.Where(rule => rule.Search is not null))
        {
            Rule.Match(rule, """{"auditID":"a","stage":"ResponseComplete","verb":"create","user":{},"objectRef":{"resource":"pods"},"requestObject":{"spec":{}}}""");
        }

        return rules.Count > 0 || said.Count > 0;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((a")]
    [InlineData("not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not a")]
    public void Parse_DeepCondition_IsAnErrorAndNotTheEndOfTheStack(string condition) =>
        Assert.Contains(Rule.Check(Rule.Around($"a: {{verb: get}}\ncondition: {condition}")), said => said.Message.Contains("nests deeper", StringComparison.Ordinal));

    private static Arbitrary<string> Mutations() => (
        from file in Gen.Elements(Files)
        from edits in (from at in Gen.Choose(0, 10_000) from kind in Gen.Choose(0, 2) from with in Gen.Elements(Splinters) select (at, kind, with)).ListOf(3)
        select edits.Aggregate(file, Edit)).ToArbitrary();

    private static string Edit(string text, (int At, int Kind, string With) edit)
    {
        var at = edit.At % text.Length;
        return edit.Kind switch
        {
            0 => text.Insert(at, edit.With),
            1 => text.Remove(at, Math.Min(edit.At % 40, text.Length - at)) + "\n",
            _ => text[..at] + edit.With + text[Math.Min(text.Length, at + edit.With.Length)..],
        };
    }
}
