using System.Reflection;
using System.Runtime.CompilerServices;
using AuditWatch.Configuration;
using AuditWatch.Embedding;
using AuditWatch.Notifications;

namespace AuditWatch.Tests.Docs;

/// <summary>The examples for programs that embed the library are what is compiled in AuditWatch.Embedding, and a configuration can ask for the receiver of one.</summary>
public class ExtendingTests
{
    [Theory]
    [InlineData("extending.md", "PagerNotifier.cs", "public sealed class", null)]
    [InlineData("extending.md", "EmbeddedService.cs", "        var configuration =", "        return options;")]
    [InlineData("architecture.md", "EmbeddedService.cs", "        await using var service", "    }\n\n")]
    public void Example_OfThePage_IsWhatIsCompiledWithoutInternals(string page, string file, string from, string? to)
    {
        var code = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "tests", "AuditWatch.Embedding", file));
        var start = code.IndexOf(from, StringComparison.Ordinal);
        var indent = from.Length - from.TrimStart().Length;
        var lines = code[start..(to is null ? code.Length : code.IndexOf(to, start, StringComparison.Ordinal))].TrimEnd().Split('\n').Select(line => line.Length > indent ? line[indent..] : line);

        Assert.Contains($"```csharp\n{string.Join('\n', lines)}\n```", File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", page)), StringComparison.Ordinal);
    }

    [Fact]
    public void Internals_OfTheLibrary_AreHiddenFromTheExamples() =>
        Assert.DoesNotContain(typeof(PagerNotifier).Assembly.GetName().Name, typeof(INotifier).Assembly.GetCustomAttributes<InternalsVisibleToAttribute>().Select(friend => friend.AssemblyName));

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
