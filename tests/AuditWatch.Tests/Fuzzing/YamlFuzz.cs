using System.Text;
using AuditWatch.Configuration;
using AuditWatch.Detection;
using AuditWatch.Detection.Linting;
using AuditWatch.Monitoring;
using AuditWatch.Notifications;
using AuditWatch.Policy;
using AuditWatch.Policy.Linting;
using AuditWatch.RuleTesting;
using AuditWatch.Tests.Detection.Sigma;
using AuditWatch.Yaml;
using Xunit.Abstractions;

namespace AuditWatch.Tests.Fuzzing;

/// <summary>The files that people write, damaged: each is loaded, or there is an error that says what is wrong with it; and what is loaded can be run.</summary>
[Collection(Undisturbed.Name)]
public sealed class YamlFuzz(ITestOutputHelper output) : IDisposable
{
    private const string Break = "\n--8<--\n";

    private const string Filter = """
        title: Backups read secrets
        logsource: {product: kubernetes, service: audit}
        filter:
          rules: [any]
          selection:
            user.username|startswith: 'system:serviceaccount:backup:'
          condition: not selection
        """;

    private static readonly Mutations Damage = new(
        20_000,
        "|", "'", "\"", "[", "]", "{", "}", ":", ": ", "- ", "*", "&a ", "*a", "\t", "\n", "\n  ", "\n- ", "\0", "%x%", "|re", "|any", "|all", "|cidr", "|exists", "|base64offset", "|windash", "|fieldref", "|lt", "not ", " and ", " or ",
        "1 of ", "all of them", "(", ")", "null", "~", "true", "-1", "0", "1e9", "99999999999999999999", "0s", "1h", "9999999d", ".*.*.*.*=", "(a+)+$", "\\", "?", "{n}", "{actor}", "\xC3\xA9", "\xFF", "---\n", "!!binary ", "<<: *a\n", "# ");

    private static readonly string[] Rules = [.. Directory
        .EnumerateFiles(RepositoryFiles.Detections, "*.yml", SearchOption.AllDirectories).Where(file => !DetectionLoader.IsTestFile(file)).Order(StringComparer.Ordinal)];

    private static readonly byte[][] Policies =
    [
        File.ReadAllBytes(Path.Combine(RepositoryFiles.Root, "deploy", "kube-apiserver", "audit-policy.yaml")),
        .. File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "audit-policy.md")).Split("```").Where(part => part.Contains("kind: Policy", StringComparison.Ordinal))
            .Select(part => Encoding.UTF8.GetBytes(part[(part.IndexOf('\n', StringComparison.Ordinal) + 1)..])),
    ];

    private static readonly byte[] Configuration = File.ReadAllBytes(Path.Combine(RepositoryFiles.Root, "deploy", "auditwatch.yaml"));

    private static readonly string Events = string.Join('\n', File.ReadLines(RepositoryFiles.SampleLog).Where((_, i) => i % 40 == 0));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sigma_DamagedDetections() => new Fuzzer(output).Run(nameof(Sigma_DamagedDetections), MakeDetections, (text, _) =>
    {
        var parts = Encoding.Latin1.GetString(text).Split(Break);
        foreach (var file in _folder.Info.EnumerateFiles())
        {
            file.Delete();
        }

        // The last is the tests of the first, whatever the damage has made of the borders between them.
        for (var i = 0; i < parts.Length; i++)
        {
            File.WriteAllBytes(Path.Combine(_folder.FullName, i > 0 && i == parts.Length - 1 ? "0.tests.yml" : $"{i}.yml"), Encoding.Latin1.GetBytes(parts[i]));
        }

        var said = new Diagnostics();
        var detections = DetectionLoader.Load([_folder.FullName], said);
        var tests = DetectionTestLoader.Load([_folder.FullName], detections, said);
        DetectionLint.Check(detections, tests.Select(test => test.Detection), said);
        using var batch = Rule.Events(Events);
        new DetectionEngine(detections).Detect(batch, new List<Finding>());
        var runner = new DetectionTestRunner(detections);
        foreach (var test in tests)
        {
            runner.Run(test);
        }

        EvidenceNeeds.Of(detections);
        Assert.True(
            detections.Rules.Count > 0 || said.Count > 0 || parts.All(part => YamlFile.Parse("part.yml", part, []).Count == 0), "there are no detections in it, and nothing is said about that");
    });

    [Fact]
    public void Policy_DamagedPolicies() => new Fuzzer(output).Run(
        nameof(Policy_DamagedPolicies),
        random => Damage.Apply(Policies[random.Next(Policies.Length)], Policies[random.Next(Policies.Length)], random),
        (text, _) =>
        {
            var said = new Diagnostics();
            if (PolicyParser.Parse("policy.yaml", Encoding.UTF8.GetString(text), said) is { } policy)
            {
                PolicyLint.Check(policy, said);
            }
            else
            {
                Assert.NotEmpty(said);
            }
        });

    [Fact]
    public void Configuration_DamagedConfigurations() => new Fuzzer(output).Run(
        nameof(Configuration_DamagedConfigurations),
        random => Damage.Apply(Configuration, Configuration, random),
        (text, _) =>
        {
            var said = new Diagnostics();
            var kinds = new NotifierKinds().AddBuiltIn(TimeProvider.System);
            var configuration = ConfigurationFile.Parse("auditwatch.yaml", Encoding.UTF8.GetString(text), kinds, said);
            Assert.Equal(said.HasErrors, configuration is null);
        });

    // Some rules, among them correlations and what they count; a filter; and tests of the first.
    private static byte[] MakeDetections(Random random)
    {
        var first = Rules[random.Next(Rules.Length)];
        var others = Enumerable.Range(0, random.Next(3)).Select(_ => File.ReadAllText(Rules[random.Next(Rules.Length)]));
        var tests = Path.ChangeExtension(first, ".tests.yml");
        string[] parts = [File.ReadAllText(first), .. others, .. random.Next(3) == 0 ? [Filter] : Array.Empty<string>(), File.Exists(tests) ? File.ReadAllText(tests) : "tests: []"];
        return Damage.Apply(Encoding.UTF8.GetBytes(string.Join(Break, parts)), File.ReadAllBytes(Rules[random.Next(Rules.Length)]), random);
    }
}
