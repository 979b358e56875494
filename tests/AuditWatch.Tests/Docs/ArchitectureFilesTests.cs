using System.Text.RegularExpressions;

namespace AuditWatch.Tests.Docs;

/// <summary>Each file that docs/architecture.md names is there, in the folder that it names, and only once: whoever follows the page finds it.</summary>
public sealed partial class ArchitectureFilesTests
{
    [Fact]
    public void Page_EachFileName_IsOfOneSourceFile()
    {
        var files = Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, "src"), "*.cs", SearchOption.AllDirectories).Select(path => path.Replace('\\', '/')).ToList();
        var names = Name().Matches(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "architecture.md"))).Select(name => name.Groups[1].Value).ToHashSet(StringComparer.Ordinal);

        Assert.InRange(names.Count, 30, 200);
        Assert.All(names, name => Assert.Single(files, file => file.EndsWith($"/{name}", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"`([A-Za-z/]+\.cs)`")]
    private static partial Regex Name();
}
