using System.Xml.Linq;

namespace AuditWatch.EndToEnd.Helm;

public sealed class VersionTests
{
    [Fact]
    public void ChartYaml_Versions_AreTheProjects()
    {
        var version = XDocument.Load(Path.Combine(Chart.Root, "Directory.Build.props")).Descendants("Version").Single().Value;
        var chart = Manifest.ParseValue(File.ReadAllText(Path.Combine(Chart.Folder, "Chart.yaml")))!;

        Assert.Equal((version, version), ((string)chart["version"]!, (string)chart["appVersion"]!));
    }
}
