using System.Reflection;

namespace AuditWatch.EndToEnd.Docs;

/// <summary>The folders of the executable and of the page depend on one another as docs/architecture.md says, and in no circle.</summary>
public class ArchitectureTests
{
    [Theory]
    [InlineData("auditwatch", "AuditWatch.Host", "### The executable")]
    [InlineData("AuditWatch.Web", "AuditWatch.Web", "### The page")]
    public void Folders_Arrows_AreThoseOfTheMatrixAndInNoCircle(string assembly, string project, string heading)
    {
        var arrows = FolderDependencies.Of(Assembly.Load(assembly), project, root: "root");
        Assert.Empty(FolderDependencies.Cycle(arrows));
        var listed = FolderDependencies.ListedIn(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "architecture.md")), heading);

        // An arrow that is gone from the code goes from the page, too.
        var rows = FolderDependencies.Rows(arrows);
        Assert.True(rows.SequenceEqual(FolderDependencies.Rows(listed)), $"the matrix would be\n{string.Join('\n', rows)}");
    }
}
