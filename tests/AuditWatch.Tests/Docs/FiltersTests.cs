using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;
using AuditWatch.Yaml;

namespace AuditWatch.Tests.Docs;

/// <summary>docs/filters.md lists the filters that are shipped, and what each narrows.</summary>
public class FiltersTests
{
    [Fact]
    public void Page_Tables_HaveEveryFilterAndRule()
    {
        var page = File.ReadAllLines(Path.Combine(RepositoryFiles.Root, "docs", "filters.md"));
        var files = DetectionFiles.In(Path.Combine(RepositoryFiles.Root, "filters"), tests: false).ToList();

        Assert.NotEmpty(files);
        Assert.Equal(files.Count, page.Count(line => line.StartsWith("| `filter:", StringComparison.Ordinal)));
        Assert.All(files, file =>
        {
            var (name, said) = ($"`filter:{Path.GetFileNameWithoutExtension(file)}`", new Diagnostics());
            var filter = SigmaFilter.Parse(Assert.Single(YamlFile.Load(file, said)), Placeholders.None, said);
            var row = Assert.Single(page, line => line.StartsWith($"| {name} ", StringComparison.Ordinal));
            Assert.All(filter!.Rules, rule => Assert.Contains($"`{rule}`", row, StringComparison.Ordinal));
            Assert.All(filter.Rules, rule => Assert.Contains(page, line => line.StartsWith($"| `{rule}` ", StringComparison.Ordinal) && line.Contains(name, StringComparison.Ordinal)));
        });
    }
}
