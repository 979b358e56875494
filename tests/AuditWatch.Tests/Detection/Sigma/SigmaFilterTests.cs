using AuditWatch.Detection;

namespace AuditWatch.Tests.Detection.Sigma;

public sealed class SigmaFilterTests : IDisposable
{
    private const string SecretRead = """{"auditID":"a","stage":"ResponseComplete","verb":"get","user":{"username":"USER"},"objectRef":{"resource":"secrets"}}""";

    private readonly TemporaryFolder _folder = new();
    private readonly Diagnostics _said = [];

    public SigmaFilterTests() => Write("rule.yml", """
        title: Secret read
        name: secret_read
        id: 5b0fdd1c-13bb-4c34-9ae7-c9f0d7c1a2f1
        logsource: {product: kubernetes, service: audit}
        detection:
          selection: {objectRef.resource: secrets}
          condition: selection
        """);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("secret_read")]
    [InlineData("5b0fdd1c-13bb-4c34-9ae7-c9f0d7c1a2f1")]
    [InlineData("any")]
    public void Load_FilterWithNot_LeavesOutWhatItSelects(string reference)
    {
        Write("filter.yml", Filter(reference, "not selection"));

        var rule = Assert.Single(DetectionLoader.Load([_folder.FullName], _said).Rules);

        Assert.Empty(_said);
        Assert.Null(Rule.Match(rule, SecretRead.Replace("USER", "backup", StringComparison.Ordinal)));
        Assert.NotNull(Rule.Match(rule, SecretRead.Replace("USER", "mallory", StringComparison.Ordinal)));
    }

    [Fact]
    public void Load_FilterForUnknownRule_IsAnErrorWithASuggestion()
    {
        Write("filter.yml", Filter("secret_raed", "not selection"));

        DetectionLoader.Load([_folder.FullName], _said);

        Assert.Contains("did you mean 'secret_read'?", Assert.Single(_said).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FilterForAnyRuleWhereThereIsNone_Warns()
    {
        File.Delete(Path.Combine(_folder.FullName, "rule.yml"));
        Write("filter.yml", Filter("any", "not selection"));

        DetectionLoader.Load([_folder.FullName], _said);

        Assert.Equal(DiagnosticSeverity.Warning, Assert.Single(_said).Severity);
    }

    [Theory]
    [InlineData("any, any")]
    [InlineData("secret_read, any")]
    public void Load_FilterForAnyRuleAndOthers_IsAnErrorAtThem(string rules)
    {
        Write("filter.yml", Filter(rules, "not selection"));

        DetectionLoader.Load([_folder.FullName], _said);

        Assert.Contains(_said, entry => entry.Severity == DiagnosticSeverity.Error && entry.Location.Line == 4);
    }

    [Fact]
    public void Load_FilterWithoutNot_WarnsThatItNarrowsToTheSelection()
    {
        Write("filter.yml", Filter("secret_read", "selection"));

        DetectionLoader.Load([_folder.FullName], _said);

        Assert.Equal(DiagnosticSeverity.Warning, Assert.Single(_said).Severity);
    }

    [Theory]
    [InlineData("filter:")]
    [InlineData("filter: ~")]
    [InlineData("filter: {}")]
    [InlineData("filter: []")]
    [InlineData("filter: text")]
    public void Load_FilterWithoutContent_IsAnErrorAtItsPlace(string section)
    {
        Write("filter.yml", $"title: t\nlogsource: {{product: kubernetes, service: audit}}\n{section}\n");

        var rule = Assert.Single(DetectionLoader.Load([_folder.FullName], _said).Rules);

        Assert.Equal("secret_read", rule.Name);
        Assert.All(_said, entry => Assert.Equal(DiagnosticSeverity.Error, entry.Severity));
        Assert.Contains(_said, entry => entry.Location.Line == 3);
    }

    private static string Filter(string rule, string condition) => $$"""
        title: The backup job reads secrets
        logsource: {product: kubernetes, service: audit}
        filter:
          rules: [{{rule}}]
          selection: {user.username: backup}
          condition: {{condition}}
        """;

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);
}
