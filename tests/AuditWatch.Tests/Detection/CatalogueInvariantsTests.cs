using AuditWatch.Detection;

namespace AuditWatch.Tests.Detection;

/// <summary>What holds for every rule we ship.</summary>
public class CatalogueInvariantsTests
{
    private static readonly DetectionSet Shipped = DetectionLoader.Load([RepositoryFiles.Detections], []);

    // Rules that only feed others raise no alerts: nobody is told of them.
    private static readonly HashSet<string> Feeding =
        [.. Shipped.FeedingOnly().Select(rule => rule.Name)];

    public static TheoryData<string> All => [.. Shipped.Rules.Select(rule => rule.Name)];

    public static TheoryData<string> Alerting => [.. Shipped.Rules.Select(rule => rule.Name).Where(name => !Feeding.Contains(name))];

    [Fact]
    public void Catalogue_Size_IsWorthInstallingFor() => Assert.True(Alerting.Count >= 60, $"{Alerting.Count} detections");

    [Theory]
    [MemberData(nameof(All))]
    public void Rule_Identity_IsComplete(string name)
    {
        var rule = Named(name);

        Assert.True(Guid.TryParse(rule.Id, out _), "an id that is a UUID");
        Assert.Matches("^[a-z][a-z0-9_]+$", rule.Name);
        Assert.False(string.IsNullOrWhiteSpace(rule.Description));
        Assert.Contains(rule.Tags, tag => tag.StartsWith("attack.", StringComparison.Ordinal));
        Assert.NotNull(rule.Status);
        Assert.NotNull(rule.Author);
    }

    [Theory]
    [MemberData(nameof(Alerting))]
    public void AlertingRule_ForThePersonOnCall_SaysWhatTheyNeed(string name)
    {
        var rule = Named(name);

        Assert.Contains('{', rule.Summary);
        Assert.NotEmpty(rule.FalsePositives);
        Assert.NotEmpty(rule.DedupBy);
        Assert.Equal(["1", "2", "3"], rule.Runbook!.Split('\n').Where(line => line.Length > 1 && char.IsAsciiDigit(line[0]) && line[1] == '.').Select(line => line[..1]));
    }

    [Theory]
    [MemberData(nameof(Alerting))]
    public void AlertingRule_File_IsNamedAfterIt(string name) => Assert.Equal(name, Path.GetFileNameWithoutExtension(Named(name).Location.File));

    [Theory]
    [MemberData(nameof(All))]
    public void Rule_SystemAccounts_AreNeverExceptedByTheirPrefix(string name)
    {
        // "system:" can be given to anybody: an exception for all of it is an evasion. What a rule looks for may be wide, what it excepts may not.
        var file = File.ReadAllText(Named(name).Location.File);

        Assert.DoesNotMatch(@"(?m)^\s+(user\.username|actor)\|startswith:\s*['""]?system:['""]?\s*$", file);
        Assert.DoesNotMatch(@"(?m)^\s+(user\.username|actor):\s*['""]?system:\*", file);
    }

    private static DetectionRule Named(string name) => Shipped.Rules.Single(rule => rule.Name == name);
}
