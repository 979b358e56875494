using System.Reflection;

namespace AuditWatch.EndToEnd.Docs;

/// <summary>The folders of the executable depend on one another as docs/architecture.md says, and in no circle.</summary>
public class ArchitectureTests
{
    private static readonly SortedDictionary<string, SortedSet<string>> Arrows = FolderDependencies.Of(Assembly.Load("auditwatch"), "AuditWatch.Host", root: "root");

    [Fact]
    public void Folders_Cycles_AreNone() => Assert.Empty(FolderDependencies.Cycle(Arrows));

    [Fact]
    public void Folders_Arrows_AreThoseOfTheMatrix()
    {
        var listed = FolderDependencies.ListedIn(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "architecture.md")), "### The executable");

        // An arrow that is gone from the code goes from the page, too.
        var rows = FolderDependencies.Rows(Arrows);
        Assert.True(rows.SequenceEqual(FolderDependencies.Rows(listed)), $"the matrix would be\n{string.Join('\n', rows)}");
    }
}
