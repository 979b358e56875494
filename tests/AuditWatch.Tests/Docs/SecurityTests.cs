using System.Text.RegularExpressions;

namespace AuditWatch.Tests.Docs;

/// <summary>SECURITY.md names a test for each thing that it says holds, and each of them is there.</summary>
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
        var files = Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, "tests"), "*.cs", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(Rows.SelectMany(row => Name().Matches(row.Split('|')[^2]).Select(name => name.Groups[1].Value)).Where(name => !files.Contains(name)).Distinct());
    }

    [GeneratedRegex("`([A-Za-z]+)`")]
    private static partial Regex Name();
}
