using System.Text.RegularExpressions;
using AuditWatch.Detection;

namespace AuditWatch.Tests.Docs;

/// <summary>docs/detections-compared.yml names detections that exist, with one of ours or a reason for every rule of theirs, and the page is made of it.</summary>
public partial class ComparedTests
{
    private const string Update = "AUDITWATCH_UPDATE_GOLDEN";

    private static readonly string DataFile = Path.Combine(RepositoryFiles.Root, ComparedPage.Data);

    [Fact]
    public void Data_Rules_HaveOursOrTheReason()
    {
        var said = new Diagnostics();
        var compared = ComparedPage.Load(DataFile, said);

        Assert.Empty(said);
        Assert.Equal(["Falco", "Elastic", "Panther"], compared.Sets.Select(set => set.Name));
        Assert.All(compared.Sets, set => Assert.Equal(set.Rules.DistinctBy(rule => rule.Theirs, StringComparer.OrdinalIgnoreCase), set.Rules));
    }

    [Fact]
    public void Data_NamesOfOurs_AreOfDetectionsThatExist()
    {
        var exist = DetectionLoader.LoadUsable([RepositoryFiles.Detections]).Rules.Select(rule => rule.Name).ToHashSet();
        var compared = ComparedPage.Load(DataFile, new Diagnostics());

        Assert.DoesNotContain(compared.Sets.SelectMany(set => set.Rules).SelectMany(rule => rule.Ours), name => !exist.Contains(name));
        Assert.DoesNotContain(compared.Sets.SelectMany(set => NameInText().Matches(set.About ?? "")).Select(match => match.Groups[1].Value), name => !exist.Contains(name));
    }

    [Fact]
    public void Page_Data_IsWhatItIsMadeOf()
    {
        var made = ComparedPage.Load(DataFile, new Diagnostics()).ToString();
        var page = Path.ChangeExtension(DataFile, ".md");
        if (Environment.GetEnvironmentVariable(Update) is not (null or ""))
        {
            File.WriteAllText(page, made);
        }

        Assert.True(made == File.ReadAllText(page), $"{ComparedPage.Data} makes another page than {page}: run this test with {Update}=1");
    }

    [Theory]
    [InlineData("{theirs: a}")]
    [InlineData("{theirs: a, ours: []}")]
    [InlineData("{theirs: a, ours: [exec_into_pod], not: it is not}")]
    public void Load_NeitherOursNorReasonOrBoth_IsSaid(string rule)
    {
        using var folder = new TemporaryFolder();
        var said = new Diagnostics();

        ComparedPage.Load(folder.Write("compared.yml", $"set: Falco\ntitle: t\naddress: a\nnamed: n\nrules:\n  - {rule}\n"), said);

        Assert.Contains("needs either 'ours'", Assert.Single(said).Message, StringComparison.Ordinal);
    }

    [GeneratedRegex("`([a-z0-9_]+)`")]
    private static partial Regex NameInText();
}
