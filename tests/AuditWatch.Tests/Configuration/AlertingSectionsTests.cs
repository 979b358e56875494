using AuditWatch.Configuration;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Console;
using AuditWatch.State;

namespace AuditWatch.Tests.Configuration;

public sealed class AlertingSectionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Parse_Everything_IsUnderstood()
    {
        var configuration = Read(
            """
            externalUrl: https://auditwatch.example.com/watch
            timeZone: Asia/Kolkata
            state: {directory: state, maxSize: 512MiB}
            alerts: {resolveAfter: 4h}
            inhibit:
              - sourceMatchers: [level=critical]
                targetMatchers: ['level=~"low|medium"', actor.kind!=node]
                equal: [cluster, actor]
            silences:
              - {matchers: [namespace=load-test], author: jane, comment: load test, startsAt: 2026-11-21T13:00:00+01:00, endsAt: 2030-01-01T00:00:00Z}
              - {matchers: 'cluster=old', author: jane, comment: to be switched off, endsAt: 2030-01-01T00:00:00Z}
            """);

        Assert.Equal(new Uri("https://auditwatch.example.com/watch/"), configuration.ExternalUrl);
        Assert.Equal("Asia/Kolkata", configuration.TimeZone.Id);
        Assert.Equal(new StateSettings { Directory = Path.Combine(_folder.FullName, "state"), MaxSize = 512 << 20 }, configuration.State);
        Assert.Equal(TimeSpan.FromHours(4), configuration.ResolveAfter);
        var rule = Assert.Single(configuration.Inhibit);
        Assert.Equal(("""{level="critical"}""", """{actor.kind!="node",level=~"low|medium"}"""), (rule.Sources.ToString(), rule.Targets.ToString()));
        Assert.Equal(["cluster", "actor"], rule.Equal);
        var (first, second) = (configuration.Silences[0], configuration.Silences[1]);
        Assert.Equal(("""{namespace="load-test"}""", "jane", "load test"), (first.Matchers.ToString(), first.CreatedBy, first.Comment));
        Assert.Equal((new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero), new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)), (first.StartsAt, first.EndsAt));
        Assert.Equal((DateTimeOffset.MinValue, 11), (second.StartsAt, second.Configured?.Line));
    }

    // People and the state keep ids: they must not change from one version to the next.
    [Fact]
    public void Parse_Silence_HasTheIdOfWhatItSays()
    {
        string Id(string text) => Assert.Single(Read(text).Silences).Id;
        const string text = "silences: [{matchers: [level=low, cluster=a], author: jane, comment: x, endsAt: 2030-01-01T00:00:00Z}]";

        Assert.Equal("9bf42563f740f05c", Id(text));
        Assert.Equal(Id(text), Id("\n\n" + text.Replace("level=low, cluster=a", "'{cluster=\"a\", level=\"low\"}'", StringComparison.Ordinal)));
        Assert.NotEqual(Id(text), Id(text.Replace("comment: x", "comment: y", StringComparison.Ordinal)));
    }

    [Fact]
    public void Parse_Nothing_IsTheDefault()
    {
        var configuration = Read("{}");

        Assert.Equal((null, 1L << 30), (configuration.State.Directory, configuration.State.MaxSize));
        Assert.Null(configuration.ResolveAfter);
        Assert.Null(configuration.ExternalUrl);
    }

    [Theory]
    [InlineData("64MiB", 64L << 20)]
    [InlineData("1 GiB", 1L << 30)]
    [InlineData("65536KiB", 64L << 20)]
    [InlineData("2TiB", 2L << 40)]
    public void Parse_Size_IsInBytes(string text, long expected) => Assert.Equal(expected, Read($"state: {{maxSize: {text}}}").State.MaxSize);

    [Theory]
    [InlineData("state: {maxSize: 1GB}", "1:9: 'maxSize' must be a size such as 512MiB or 1GiB, at least 64MiB")]
    [InlineData("state: {maxSize: 63MiB}", "1:9: 'maxSize' must be a size such as 512MiB or 1GiB, at least 64MiB")]
    [InlineData("state: {maxSize: 9999999TiB}", "1:9: 'maxSize' must be a size such as 512MiB or 1GiB, at least 64MiB")]
    [InlineData("state: {maxSize: 1073741824}", "1:9: 'maxSize' must be a size such as 512MiB or 1GiB, at least 64MiB")]
    [InlineData("state: {directory: ''}", "1:9: 'directory' is empty: name a folder, or leave it out to keep the state in memory only")]
    [InlineData("state: {directory: a-file}", "1:9: 'a-file' is a file: name a folder")]
    [InlineData("state: {postgres: {}}", "1:19: 'connectionStringFile' is missing: name the file that holds Host=…;Database=…;Username=…;Password=…")]
    [InlineData("state: {postgres: {connectionString: 'Host=db;Password=secret'}}", "1:38: a connection string does not belong in this file, for it holds a password: write it to a file of its own and name that with 'connectionStringFile'")]
    [InlineData("state: {postgres: {connectionStringFile: address}}", "1:20: the connection string in 'address' cannot be used: it is no connection string of Npgsql: write Host=…;Database=…;Username=…;Password=…")]
    [InlineData("state: {postgres: {connectionStringFile: a-file}}", "1:20: the connection string in 'a-file' cannot be used: it names no Host: write Host=…;Database=…;Username=…;Password=…")]
    [InlineData("state: {dir: x}", "1:9: unknown key 'dir'")]
    [InlineData("alerts: {resolveAfter: 0s}", "1:24: 'resolveAfter' must be a length of time such as 30s, 15m, 1h or 7d")]
    [InlineData("alerts: {resolve_after: 1h}", "1:10: unknown key 'resolve_after': write 'resolveAfter'")]
    [InlineData("externalUrl: auditwatch.example.com", "1:1: 'externalUrl' must be an address such as https://auditwatch.example.com/")]
    [InlineData("timeZone: Nowhere/Unheard", "1:1: this machine knows no time zone 'Nowhere/Unheard': write an IANA name such as Europe/Zurich; it may lack the package tzdata")]
    [InlineData("externalUrl: ftp://auditwatch.example.com", "1:1: 'externalUrl' must be an address such as https://auditwatch.example.com/")]
    [InlineData("externalUrl: https://example.com/?x=1", "1:1: 'externalUrl' must be an address such as https://auditwatch.example.com/")]
    [InlineData("externalUrl: https://jane:secret@example.com/", "1:1: 'externalUrl' must be an address such as https://auditwatch.example.com/")]
    [InlineData("inhibit: [{targetMatchers: [level=low]}]", "1:11: 'sourceMatchers' is missing")]
    [InlineData("inhibit: [{sourceMatchers: [level=low], targetMatchers: [level=low], equal: [cluser]}]", "1:78: alerts have no label 'cluser'; did you mean 'cluster'?; there are ")]
    [InlineData("inhibit: [{sourceMatchers: [level=low], target_matchers: [level=low]}]", "1:41: unknown key 'target_matchers': write 'targetMatchers'")]
    [InlineData("silences: [{author: j, comment: c, endsAt: 2030-01-01T00:00:00Z}]", "1:12: a matcher is missing: say which alerts are to be silent")]
    [InlineData("silences: [{matchers: [cluster=\"\"], author: j, comment: c, endsAt: 2030-01-01T00:00:00Z}]", "1:12: every matcher holds for an empty label")]
    [InlineData("silences: [{matchers: [level=low], comment: c, endsAt: 2030-01-01T00:00:00Z}]", "1:12: 'author' is missing")]
    [InlineData("silences: [{matchers: [level=low], author: j, endsAt: 2030-01-01T00:00:00Z}]", "1:12: 'comment' is missing")]
    [InlineData("silences: [{matchers: [level=low], author: j, comment: c}]", "1:12: 'endsAt' is missing")]
    [InlineData("silences: [{matchers: [level=low], author: j, comment: c, endsAt: 2030-01-01}]", "1:59: '2030-01-01' is not a time such as 2030-01-31T18:00:00Z")]
    [InlineData("silences: [{matchers: [level=low], author: j, comment: c, startsAt: 2030-01-01T00:00:00Z, endsAt: 2030-01-01T00:00:00Z}]", "1:12: it ends before it starts")]
    [InlineData("silences: [{matchers: [level=low], author: j, comment: c, endsAt: 2030-01-01T00:00:00Z, created_by: x}]", "1:89: unknown key 'created_by'")]
    [InlineData("silences:\n- &s {matchers: [level=low], author: j, comment: c, endsAt: 2030-01-01T00:00:00Z}\n- *s", "2:3: the same silence stands at ")]
    public void Parse_Wrong_SaysWhatAndWhere(string text, string expected)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "a-file"), "");
        File.WriteAllText(Path.Combine(_folder.FullName, "address"), "postgres://auditwatch:secret@db.example.com/state\n");
        var diagnostics = new Diagnostics();

        Assert.Null(Parse(text, diagnostics));

        Assert.Contains(diagnostics, one => $"{one.Location.Line}:{one.Location.Column}: {one.Message}".StartsWith(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("consoleConfigs: [{sendResolved: true}], maxMessagesPerMinute: 600", true, 600)]
    [InlineData("consoleConfigs: [{}]", false, 20)]
    public void Parse_Receiver_HasItsSettings(string settings, bool sendResolved, int maxMessages)
    {
        var receiver = Assert.Single(Read($"receivers: [{{name: a, {settings}}}]\nroute: {{receiver: a}}").Receivers);

        Assert.Equal(maxMessages, receiver.MaxMessagesPerMinute);
        Assert.Equal(sendResolved, Assert.Single(receiver.Integrations).SendResolved);
    }

    [Theory]
    [InlineData("consoleConfigs: [{}], maxMessagesPerMinute: 0", "1:45: 'maxMessagesPerMinute' must be 1 to 600")]
    [InlineData("consoleConfigs: [{}], maxMessagesPerMinute: 601", "1:45: 'maxMessagesPerMinute' must be 1 to 600")]
    [InlineData("consoleConfigs: [{sendResolved: maybe}]", "1:55: 'sendResolved' must be true or false")]
    [InlineData("consoleConfigs: [{send_resolved: true}]", "1:41: unknown key 'send_resolved': write 'sendResolved'")]
    [InlineData("consoleConfigs: [{}], slack_configs: []", "1:45: unknown key 'slack_configs'")]
    public void Parse_ReceiverWrong_SaysWhatAndWhere(string settings, string expected)
    {
        var diagnostics = new Diagnostics();

        Assert.Null(Parse($"receivers: [{{name: a, {settings}}}]\nroute: {{receiver: a}}", diagnostics));

        var only = Assert.Single(diagnostics);
        Assert.StartsWith(expected, $"{only.Location.Line}:{only.Location.Column}: {only.Message}", StringComparison.Ordinal);
    }

    private ServiceConfiguration Read(string text)
    {
        var diagnostics = new Diagnostics();
        var configuration = Parse(text, diagnostics);
        Assert.Empty(diagnostics);
        return configuration!;
    }

    private ServiceConfiguration? Parse(string text, Diagnostics diagnostics) => ConfigurationFile.Parse(
        Path.Combine(_folder.FullName, "auditwatch.yaml"), text, new NotifierKinds().AddConsole(TextWriter.Null, coloured: false), diagnostics);
}
