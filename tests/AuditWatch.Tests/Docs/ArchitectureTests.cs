using AuditWatch.Processing;

namespace AuditWatch.Tests.Docs;

/// <summary>The folders of the library depend on one another as docs/architecture.md says, and in no circle.</summary>
public class ArchitectureTests
{
    private static readonly SortedDictionary<string, SortedSet<string>> Arrows = FolderDependencies.Of(typeof(AuditWatchService).Assembly, "AuditWatch", root: "Yaml");

    [Fact]
    public void Folders_Cycles_AreNone() => Assert.Empty(FolderDependencies.Cycle(Arrows));

    [Fact]
    public void Folders_Arrows_AreThoseOfTheMatrix()
    {
        var listed = FolderDependencies.ListedIn(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "architecture.md")), "### The library");

        // An arrow that is gone from the code goes from the page, too.
        var rows = FolderDependencies.Rows(Arrows);
        Assert.True(rows.SequenceEqual(FolderDependencies.Rows(listed)), $"the matrix would be\n{string.Join('\n', rows)}");
    }

    [Fact]
    public void Cycle_FoldersThatUseOneAnother_AreNamed() => Assert.Equal(["A", "B", "C"], FolderDependencies.Cycle(new Dictionary<string, SortedSet<string>>
    {
        ["A"] = ["B", "D"],
        ["B"] = ["C"],
        ["C"] = ["A"],
        ["D"] = [],
    }));

    [Fact]
    public void Of_KnownArrows_AreSeen()
    {
        // In a base type, a signature and a body.
        Assert.Contains("Yaml", Arrows["Detection"]);
        Assert.Contains("Alerts", Arrows["Notifications"]);
        Assert.Contains("Sources", Arrows["Processing"]);
        Assert.DoesNotContain("Processing", Arrows["Alerts"]);
    }
}
