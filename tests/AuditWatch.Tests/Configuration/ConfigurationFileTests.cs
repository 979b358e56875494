using System.Net;
using AuditWatch.Configuration;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Console;
using AuditWatch.Notifications.Email;
using AuditWatch.Notifications.Slack;

namespace AuditWatch.Tests.Configuration;

public sealed class ConfigurationFileTests : IDisposable
{
    private const string Address = "https://hooks.slack.com/services/T0/B0/cAnArY7f3b";

    private readonly TemporaryFolder _folder = new();

    public ConfigurationFileTests()
    {
        Write("slack-url", Address + "\n");
        Write("password", "hunter2-canary\r\n");
        Write("empty", "\n");
        Write("no-address", "hunter2-canary");
        Write("plain-address", "http://hooks.example.com/cAnArY");
        _folder.Info.CreateSubdirectory("detections");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_Everything_IsUnderstood()
    {
        var path = Write("auditwatch.yaml",
            """
            detections: [detections/, builtin]
            correlation: {lateness: 10m}
            sources:
              webhook: {listen: 127.0.0.1:9880}
              files: [{path: /var/log/kubernetes/audit.log, cluster: prod}, {path: audit.log, fromStart: true}]
            receivers:
              - name: on-call
                slackConfigs: [{apiUrlFile: slack-url}, {apiUrlFile: slack-url}]
                emailConfigs: [{to: [soc@example.com], from: AuditWatch <auditwatch@example.com>, smarthost: 'smtp.example.com:587', authUsername: auditwatch, authPasswordFile: password}]
                consoleConfigs: [{}]
            route: {receiver: on-call}
            """);
        var diagnostics = new Diagnostics();

        var configuration = ConfigurationFile.Load(path, Kinds(), diagnostics);

        Assert.Empty(diagnostics);
        Assert.NotNull(configuration);
        Assert.Equal([Path.Combine(_folder.FullName, "detections/"), "builtin"], configuration.Detections);
        Assert.Equal(TimeSpan.FromMinutes(10), configuration.Lateness);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 9880), configuration.Webhook);
        Assert.Equal(
            [new ConfiguredFile("/var/log/kubernetes/audit.log", "prod"), new ConfiguredFile(Path.Combine(_folder.FullName, "audit.log"), "", FromStart: true)], configuration.Files);
        var receiver = Assert.Single(configuration.Receivers);
        Assert.Equal("on-call", receiver.Name);
        Assert.Equal(["on-call/slack[0]", "on-call/slack[1]", "on-call/email[0]", "on-call/console[0]"], receiver.Integrations.Select(integration => integration.Notifier.Name));
        Assert.Equal([typeof(SlackNotifier), typeof(SlackNotifier), typeof(EmailNotifier), typeof(ConsoleNotifier)], receiver.Integrations.Select(integration => integration.Notifier.GetType()));
        Assert.Equal("on-call", configuration.Route?.Receiver);
    }

    [Theory]
    [InlineData("sources: {webhook: {listen: '0.0.0.0:9880', insecure: true}}", true)]
    [InlineData("sources: {webhook: {listen: '127.0.0.1:9880'}}", false)]
    [InlineData("{}", false)]
    public void Load_Webhook_SaysWhetherItMayBeReachedFromOtherMachines(string text, bool expected)
    {
        var diagnostics = new Diagnostics();

        var configuration = ConfigurationFile.Parse("auditwatch.yaml", text, Kinds(), diagnostics);

        Assert.Empty(diagnostics);
        Assert.Equal(expected, configuration?.Insecure);
    }

    [Fact]
    public void Parse_Nothing_IsTheDefault()
    {
        var diagnostics = new Diagnostics();

        Assert.Equivalent(new ServiceConfiguration(), ConfigurationFile.Parse("auditwatch.yaml", "", Kinds(), diagnostics));
        Assert.Empty(diagnostics);
    }

    [Fact]
    public void Load_NoFile_IsAnError()
    {
        var diagnostics = new Diagnostics();

        Assert.Null(ConfigurationFile.Load(Path.Combine(_folder.FullName, "missing.yaml"), Kinds(), diagnostics));
        Assert.True(diagnostics.HasErrors);
    }

    [Fact]
    public void Parse_ManyErrors_AreReportedAtOnceWithTheirPlaces()
    {
        var errors = Errors(
            """
            detection: [detections/]
            detections: [nowhere/]
            sources:
              webhook: {listen: 9880}
              files: [{cluster: prod}]
            receivers:
              - name: on-call
                slackConfig: [{apiUrlFile: slack-url}]
                slackConfigs: [{apiUrlFile: missing}]
                emailConfigs: [{to: [soc], smarthost: 'smtp.example.com:port'}]
              - consoleConfigs: [{colour: true}]
            route: {receiver: on-cal}
            """);

        Assert.Equal(
        [
            "1:1: unknown key 'detection'; did you mean 'detections'?",
            "2:14: there is no file or folder of detections 'nowhere/'; 'builtin' names the shipped ones",
            "4:13: '9880' is not an address to listen on: write IP:PORT, such as 127.0.0.1:9880 or [::1]:9880",
            "5:11: 'path' is missing",
            "8:5: unknown key 'slackConfig'; did you mean 'slackConfigs'?",
            $"9:21: the secret cannot be read: Could not find file '{Path.Combine(_folder.FullName, "missing")}'.",
            "10:20: 'from' is missing",
            "10:26: 'soc' is not a mail address such as soc@example.com",
            "10:32: 'smtp.example.com:port' is not a mail server such as smtp.example.com:587",
            "11:5: 'name' is missing",
            "11:23: unknown key 'colour'",
            "12:9: there is no receiver 'on-cal'; did you mean 'on-call'?",
        ], errors);
    }

    [Theory]
    [InlineData("a: [", "not valid YAML")]
    [InlineData("- 1", "expected a map (key: value)")]
    [InlineData("detections: [builtin]\n---\n{}", "a second document: there can be only one")]
    [InlineData("detections: [[a]]", "there is no file or folder of detections")]
    [InlineData("detections: [builtin, 'filter:cert-manger']", "1:23: no filter 'cert-manger' comes with auditwatch; did you mean 'cert-manager'?; there are aks-addons, argo-cd, cert-manager, ")]
    [InlineData("sources: {webhook: {listen: 0.0.0.0:9880}}", "write 'insecure: true' if something else protects it")]
    [InlineData("sources: {webhook: {listen: ':9880'}}", "can be reached from other machines")]
    [InlineData("sources: {webhook: {}}", "'listen' is missing")]
    [InlineData("sources: {files: [{path: /}]}", "'/' is a folder: name the log in it, such as /audit.log; what that is rotated to is read as well")]
    [InlineData("sources: {file: []}", "unknown key 'file'; did you mean 'files'?")]
    [InlineData("receivers: [{name: a, consoleConfigs: [{}]}]", "nothing goes to the receivers: add 'route: {receiver: a}'")]
    [InlineData("receivers: [{name: a, consoleConfigs: [{}]}, {name: a, consoleConfigs: [{}]}]\nroute: {receiver: a}", "there are two receivers 'a'")]
    [InlineData("receivers: [{name: a}]\nroute: {receiver: a}", "the receiver 'a' cannot be reached: give it one of slackConfigs, emailConfigs, consoleConfigs")]
    [InlineData("route: {receiver: a}", "there is no receiver 'a'")]
    [InlineData("route: {}", "'receiver' is missing")]
    public void Parse_Wrong_SaysWhat(string text, string error) => Assert.Contains(Errors(text), line => line.Contains(error, StringComparison.Ordinal));

    [Theory]
    [InlineData("{}", "'apiUrlFile' is missing: name the file that holds the secret, or with 'apiUrlEnv' the environment variable")]
    [InlineData("{apiUrlFile: empty}", "the file 'empty' is empty")]
    [InlineData("{apiUrlFile: no-address}", "the secret is not the address of an incoming webhook, which begins with https://")]
    [InlineData("{apiUrlFile: plain-address}", "the secret is not the address of an incoming webhook, which begins with https://")]
    [InlineData("{apiUrlFile: slack-url, apiUrlEnv: SLACK_URL}", "either 'apiUrlFile' or 'apiUrlEnv' can be there, not both")]
    [InlineData("{apiUrlEnv: AUDITWATCH_TESTS_NO_SUCH_VARIABLE}", "the environment variable 'AUDITWATCH_TESTS_NO_SUCH_VARIABLE' is not set")]
    [InlineData("{apiUrl: https://hooks.slack.com/cAnArY}", "a secret does not belong in this file: write it to a file of its own and name that with 'apiUrlFile', or use 'apiUrlEnv'")]
    [InlineData("{apiUrlFile: slack-url, chanel: x}", "unknown key 'chanel'")]
    public void Parse_SlackWrong_SaysWhatAndNotTheSecret(string settings, string error) => AssertOnlyError("slackConfigs", settings, error);

    [Theory]
    [InlineData("{from: a@example.com, smarthost: smtp.example.com}", "'to' is missing")]
    [InlineData("{to: [], from: a@example.com, smarthost: smtp.example.com}", "'to' is missing")]
    [InlineData("{to: a@example.com, from: b@example.com}", "'smarthost' is missing")]
    [InlineData("{to: \"a@example.com\\r\\nRCPT TO:<b@example.com>\", from: b@example.com, smarthost: x}", "is not a mail address")]
    [InlineData("{to: \"soc@exa\\u202emple.com\", from: b@example.com, smarthost: x}", "is not a mail address such as soc@example.com")]
    [InlineData("{to: a@example.com, from: b@example.com, smarthost: x, authUsername: u, authTokenFile: missing}", "the token cannot be read: ")]
    [InlineData("{to: a@example.com, from: b@example.com, smarthost: x, authTokenFile: password}", "'authUsername' is missing")]
    [InlineData("{to: a@example.com, from: b@example.com, smarthost: x, authUsername: u, authPasswordFile: password, authTokenFile: password}", "either a password or 'authTokenFile' can be there, not both")]
    [InlineData("{to: a@example.com, from: b@example.com, smarthost: x, authUsername: u, authTokenFile: password, requireTls: false}", "without TLS the token would be sent in clear")]
    [InlineData("{to: a@example.com, from: b@example.com, smarthost: 'x:0'}", "'x:0' is not a mail server such as smtp.example.com:587")]
    [InlineData("{to: a@example.com, from: b@example.com, smarthost: 'x y:25'}", "'x y:25' is not a mail server such as smtp.example.com:587")]
    [InlineData("{to: a@example.com, from: b@example.com, smarthost: x, authUsername: u}", "'authPasswordFile' is missing: name the file that holds the secret, or with 'authPasswordEnv' the environment variable")]
    [InlineData("{to: a@example.com, from: b@example.com, smarthost: x, authPasswordFile: password}", "'authUsername' is missing")]
    [InlineData("{to: a@example.com, from: b@example.com, smarthost: x, authUsername: u, authPassword: hunter2-canary}", "a secret does not belong in this file: write it to a file of its own and name that with 'authPasswordFile', or use 'authPasswordEnv'")]
    [InlineData("{to: a@example.com, from: b@example.com, smarthost: x, authUsername: u, authPasswordFile: password, requireTls: false}", "without TLS the password would be sent in clear: leave out 'requireTls: false', or 'authUsername'")]
    [InlineData("{to: a@example.com, from: b@example.com, smarthost: x, caFile: password}", "there is no certificate in 'password', which has to be in PEM")]
    [InlineData("{to: a@example.com, from: b@example.com, smarthost: x, requireTLS: false}", "unknown key 'requireTLS'; did you mean 'requireTls'?")]
    public void Parse_EmailWrong_SaysWhatAndNotTheSecret(string settings, string error) => AssertOnlyError("emailConfigs", settings, error);

    [Theory]
    [InlineData("slackConfigs: [{apiUrlFile: slack-url}]")]
    [InlineData("emailConfigs: [{to: a@example.com, from: b@example.com, smarthost: smtp.example.com}]")]
    [InlineData("emailConfigs: [{to: [a@example.com, B <b@example.com>], from: b@example.com, smarthost: '[::1]:25', requireTls: false}]")]
    [InlineData("emailConfigs: [{to: a@example.com, from: b@example.com, smarthost: 'localhost:25', authUsername: u, authPasswordFile: password, requireTls: false}]")]
    [InlineData("emailConfigs: [{to: jürgen@bücher.example, from: b@example.com, smarthost: x, authUsername: u, authTokenFile: password}]")]
    [InlineData("emailConfigs: [{to: a@example.com, from: b@example.com, smarthost: 'smtp.example.com:465', authUsername: u, authPasswordFile: password}]")]
    public void Parse_Right_HasNoErrors(string settings) => Assert.Empty(Errors($"receivers: [{{name: a, {settings}}}]\nroute: {{receiver: a}}"));

    [Fact]
    public void Parse_SecretInTheEnvironment_IsTaken()
    {
        var variable = $"AUDITWATCH_TESTS_{Guid.NewGuid():n}";
        Environment.SetEnvironmentVariable(variable, Address);
        try
        {
            Assert.Empty(Errors($"receivers: [{{name: a, slackConfigs: [{{apiUrlEnv: {variable}}}]}}]\nroute: {{receiver: a}}"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }

    [Fact]
    public void Parse_ReceiverThatNothingGoesTo_IsAWarning()
    {
        var diagnostics = new Diagnostics();

        var configuration = ConfigurationFile.Parse(
            "auditwatch.yaml", "receivers: [{name: a, consoleConfigs: [{}]}, {name: b, consoleConfigs: [{}]}]\nroute: {receiver: b}", Kinds(), diagnostics);

        Assert.NotNull(configuration);
        Assert.Equal("auditwatch.yaml:1:13: warning: nothing goes to the receiver 'a': no route names it", Assert.Single(diagnostics).ToString());
    }

    private static NotifierKinds Kinds() => new NotifierKinds().AddSlack(TimeProvider.System).AddEmail(TimeProvider.System).AddConsole(TextWriter.Null, coloured: false);

    private void AssertOnlyError(string kind, string settings, string error)
    {
        var only = Assert.Single(Errors($"receivers: [{{name: a, {kind}: [{settings}]}}]\nroute: {{receiver: a}}"));
        Assert.Contains(error, only, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", only, StringComparison.OrdinalIgnoreCase);
    }

    // The errors as 'line:column: message'.
    private List<string> Errors(string text)
    {
        var path = Path.Combine(_folder.FullName, "auditwatch.yaml");
        var diagnostics = new Diagnostics();
        var configuration = ConfigurationFile.Parse(path, text, Kinds(), diagnostics);
        Assert.Equal(diagnostics.HasErrors, configuration is null);
        return [.. diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error).Select(one => $"{one.Location.Line}:{one.Location.Column}: {one.Message}")];
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
