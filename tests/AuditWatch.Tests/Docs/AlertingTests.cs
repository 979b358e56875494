using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AuditWatch.Configuration;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Console;
using AuditWatch.Notifications.Webhook;
using AuditWatch.Tests.Notifications;
using AuditWatch.Tests.Notifications.Email;
using AuditWatch.Tests.Notifications.Webhook;

namespace AuditWatch.Tests.Docs;

/// <summary>The examples of the page on alerting are what they say they are.</summary>
public sealed partial class AlertingTests : IClassFixture<WebhookStandIn>, IDisposable
{
    private const string Key = "0123456789abcdef";

    private static readonly ILookup<string, (string File, string Text)> Examples = ExamplePattern()
        .Matches(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "alerting.md")))
        .ToLookup(match => match.Groups[1].Value, match => (match.Groups[2].Value, match.Groups[3].Value));

    private readonly TemporaryFolder _folder = new();
    private readonly WebhookStandIn _receiver;

    public AlertingTests(WebhookStandIn receiver)
    {
        _receiver = receiver;
        using var authority = new TestAuthority();
        Write("ca.pem", authority.Certificate.ExportCertificatePem());
        Write("slack-token", "xoxb-1-x");
        Write("slack-url", "https://hooks.slack.com/services/T0/B0/x");
        Write("hmac-key", Key);
        foreach (var address in new[] { "teams-url", "discord-url", "google-chat-url" })
        {
            Write(address, "https://example.com/x");
        }

        Write("pagerduty-key", "0123456789abcdef0123456789abcdef");
        foreach (var secret in new[] { "smtp-password", "token", "password", "opsgenie-key", "splunk-token", "elasticsearch-key", "ntfy-topic", "ntfy-token", "pushover-token", "pushover-user" })
        {
            Write(secret, "x");
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Page_EveryConfiguration_IsRight()
    {
        var kinds = new NotifierKinds().AddConsole(TextWriter.Null, coloured: false).AddBuiltIn(TimeProvider.System);
        Assert.Equal(13, Examples["yaml"].Count());
        foreach (var (file, text) in Examples["liquid"])
        {
            Write(file, text);
        }

        foreach (var (file, text) in Examples["yaml"])
        {
            var diagnostics = new Diagnostics();
            var configuration = ConfigurationFile.Load(Write(file, text), kinds, diagnostics);
            Assert.Empty(diagnostics);
            Assert.NotEmpty(configuration!.Receivers);
        }
    }

    [Fact]
    public void Page_NotificationOfTheWebhook_HasTheKeysOfARealOne()
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            NotificationJson.Write(json, SampleAlert.Notify(SampleAlert.Exec() with { Updates = [new("command", "cat /etc/shadow", 1, 1)] }) with
            {
                Incidents = new Dictionary<string, IncidentPlace> { [SampleAlert.Exec().Id] = new("953a6c424c7eab7f", "Exec into a pod: jane@example.com", Level.High, 1, 1) },
            });
        }

        Assert.Equal(Keys(JsonNode.Parse(bytes.WrittenSpan)), Keys(JsonNode.Parse(Assert.Single(Examples["json"]).Text)));
    }

    [SkippableTheory]
    [InlineData(Key, 0, true)]
    [InlineData("0123456789abcdeX", 0, false)]
    [InlineData(Key, 301, false)]
    public async Task Page_VerificationInPython_TellsGenuineFromForged(string key, int age, bool isGenuine)
    {
        var (timestamp, signature) = await SignedAsync();
        Write("verify.py", Example("verify.py"));
        Write("try.py", $"""
            import verify
            print(verify.is_from_auditwatch(b"{key}", "{timestamp}", "{signature}", open("body.json", "rb").read(), {timestamp} + {age}))
            """);

        Assert.Equal(isGenuine ? "True" : "False", await RunAsync("python3", "try.py"));
    }

    [SkippableTheory]
    [InlineData(Key, "genuine")]
    [InlineData("0123456789abcdeX", "forged")]
    public async Task Page_VerificationInAShell_TellsGenuineFromForged(string key, string verdict)
    {
        var (timestamp, signature) = await SignedAsync();
        Write("verify.sh", $"KEY={key} TIMESTAMP={timestamp} SIGNATURE={signature}\n{Example("verify.sh")}");

        Assert.Equal(verdict, await RunAsync("sh", "verify.sh"));
    }

    private async Task<(string Timestamp, string Signature)> SignedAsync()
    {
        var options = new WebhookOptions { Address = new Secret(_receiver.Address("ok", "x")), SigningKey = new Secret(Key) };
        using var notifier = new WebhookNotifier("webhook", options, new VirtualTime());
        Assert.Equal(DeliveryOutcome.Delivered, (await notifier.NotifyAsync(SampleAlert.Notify(SampleAlert.Exec()), CancellationToken.None)).Outcome);
        var (headers, body) = _receiver.Taken.Last();
        await File.WriteAllBytesAsync(Path.Combine(_folder.FullName, "body.json"), body);
        return (headers["X-AuditWatch-Timestamp"], headers["X-AuditWatch-Signature"]);
    }

    private async Task<string> RunAsync(string program, string file)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Skip.IfNot(new[] { program, "openssl" }.All(one => path.Any(folder => File.Exists(Path.Combine(folder, one)))), $"needs {program} and openssl: .ci/install");
        using var process = Process.Start(new ProcessStartInfo(program, [file]) { WorkingDirectory = _folder.FullName, RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync();
        return output.Trim();
    }

    private string Write(string file, string text)
    {
        var path = Path.Combine(_folder.FullName, file);
        File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return path;
    }

    private static string Example(string file) => Examples.SelectMany(examples => examples).Single(example => example.File == file).Text;

    // The keys of all objects, with their place; of a list, those of its first element. The names under dedup are the detection's.
    private static IEnumerable<string> Keys(JsonNode? node, string place = "") => node switch
    {
        JsonObject map when place != "/alerts/dedup" => map.SelectMany(pair => Keys(pair.Value, $"{place}/{pair.Key}").Prepend($"{place}/{pair.Key}")),
        JsonArray { Count: > 0 } list => Keys(list[0], place),
        _ => [],
    };

    [GeneratedRegex(@"^```(\w+) (\S+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex ExamplePattern();
}
