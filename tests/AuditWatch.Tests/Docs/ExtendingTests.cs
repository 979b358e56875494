using AuditWatch.Configuration;
using AuditWatch.Notifications;

namespace AuditWatch.Tests.Docs;

/// <summary>The example of docs/extending.md is what is compiled here, and a configuration can ask for it.</summary>
public class ExtendingTests
{
    [Fact]
    public void Example_OfTheNotifier_IsThatOfThePage()
    {
        var code = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "tests", "AuditWatch.Tests", "Docs", "PagerNotifier.cs"));

        Assert.Contains(code[code.IndexOf("public sealed class", StringComparison.Ordinal)..], File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "extending.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_KindOfAnotherProgram_MakesItsNotifier()
    {
        var configuration = Parse("url: https://pager.example.com/alert, sendResolved: false", out var diagnostics);

        Assert.Empty(diagnostics);
        var integration = Assert.Single(Assert.Single(configuration!.Receivers).Integrations);
        Assert.IsType<PagerNotifier>(integration.Notifier);
        Assert.Equal(("on-call/pager[0]", false, false), (integration.Notifier.Name, integration.SendResolved, integration.IsForPeople));
    }

    [Theory]
    [InlineData("url: nowhere", "auditwatch.yaml:1:44: error: 'url' must be the address of the pager")]
    [InlineData("url: [a]", "'url' must be a single value")]
    public void Parse_WrongSettings_AreReportedWithTheirPlace(string settings, string expected)
    {
        Assert.Null(Parse(settings, out var diagnostics));
        Assert.Contains(expected, string.Join('\n', diagnostics), StringComparison.Ordinal);
    }

    [Fact]
    public void Add_KeyOfNoReceiver_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new NotifierKinds().Add("pager", (name, _) => new PagerNotifier(name, new Uri("https://pager.example.com"))));

    private static ServiceConfiguration? Parse(string settings, out Diagnostics diagnostics)
    {
        diagnostics = new Diagnostics();
        var text = "receivers: [{name: on-call, pagerConfigs: [{" + settings + "}]}]\nroute: {receiver: on-call}";
        return ConfigurationFile.Parse("auditwatch.yaml", text, new NotifierKinds().AddPager(), diagnostics);
    }
}
