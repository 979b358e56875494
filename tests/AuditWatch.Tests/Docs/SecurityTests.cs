using System.Text.RegularExpressions;

namespace AuditWatch.Tests.Docs;

/// <summary>SECURITY.md names a class of tests for each thing that it says holds, and each of them is there and has some.</summary>
public sealed partial class SecurityTests
{
    private static readonly string[] Rows =
    [
        .. File.ReadLines(Path.Combine(RepositoryFiles.Root, "SECURITY.md")).SkipWhile(line => line != "## Who attacks, what they achieve, and what they do not").Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| attempt ", StringComparison.Ordinal)),
    ];

    [Fact]
    public void Rows_Each_NamesATest()
    {
        Assert.InRange(Rows.Length, 30, 100);
        Assert.All(Rows, row => Assert.Matches(Name(), row.Split('|')[^2]));
    }

    [Fact]
    public void Tests_ThatAreNamed_AreThere()
    {
        var files = Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, "tests"), "*.cs", SearchOption.AllDirectories).ToLookup(file => Path.GetFileNameWithoutExtension(file)!, StringComparer.Ordinal);

        Assert.All(Rows.SelectMany(row => Name().Matches(row.Split('|')[^2]).Select(name => name.Groups[1].Value)).Distinct(), name =>
            Assert.Contains(files[name], file => File.ReadAllText(file) is var text && text.Contains($"class {name}", StringComparison.Ordinal) && Test().IsMatch(text)));
    }

    [GeneratedRegex("`([A-Za-z]+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"^    \[(Skippable|Browser)?(Fact|Theory)\b", RegexOptions.Multiline)]
    private static partial Regex Test();
}
