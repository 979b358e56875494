using AuditWatch.Configuration;

namespace AuditWatch.Tests.Configuration;

public sealed class ConfigurationContentTests : IDisposable
{
    private const string Sample = """
        sources: {webhook: {listen: "127.0.0.1:1", tls: {certFile: tls.crt, keyFile: tls.key}}}
        receivers:
          - name: soc
            slackConfigs: [{botTokenFile: token, channel: soc}]
            templateConfigs: [{urlFile: url, bodyFile: templates/body.txt}]
        route: {receiver: soc}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_ReceiversWithFiles_NamesThemAndNoOthers() =>
        Assert.Equal(["auditwatch.yaml", "token", "url", "templates/body.txt"], Read(Sample).Files.Select(file => Path.GetRelativePath(_folder["."], file)));

    [Theory]
    [InlineData("token")]
    [InlineData("auditwatch.yaml")]
    public void Hash_FileChanged_IsAnother(string file)
    {
        var content = Read(Sample);
        var before = content.Hash();
        Assert.Equal(before, content.Hash());

        _folder.Write(file, "another");

        Assert.NotEqual(before, content.Hash());
    }

    [Theory]
    [InlineData("route: {receiver: soc}", "route: {receiver: soc, groupWait: 1m}")]
    [InlineData("route: {receiver: soc}", "route: {receiver: soc} # as before\nsilences: []", "")]
    [InlineData("127.0.0.1:1", "127.0.0.1:2", "sources")]
    [InlineData("route: {receiver: soc}", "page: {listen: ''}\nwatch: {silentAfter: 1m}", "page", "watch")]
    [InlineData("sources:", "other:", "other", "sources")]
    public void OtherChanges_OfSections_AreThoseThatTakeARestart(string old, string renewed, params string[] expected) =>
        Assert.Equal(expected.Where(key => key.Length > 0), Read(Sample.Replace(old, renewed, StringComparison.Ordinal)).OtherChanges(Read(Sample)));

    [Fact]
    public void Read_NotYaml_HasNoSections() => Assert.Empty(Read("a: [").Sections);

    private ConfigurationContent Read(string text) => ConfigurationContent.Read(_folder.Write("auditwatch.yaml", text));
}
