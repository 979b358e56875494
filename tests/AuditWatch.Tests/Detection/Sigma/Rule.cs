using System.Text;
using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;
using AuditWatch.Events;
using AuditWatch.Tests.Events;
using AuditWatch.Yaml;

namespace AuditWatch.Tests.Detection.Sigma;

/// <summary>A rule in a few lines, and what it makes of an event in a few lines.</summary>
internal static class Rule
{
    /// <summary>A whole rule around a detection section, which may be indented in any way that is the same on each line.</summary>
    public static string Around(string detection) =>
        "title: A test\nname: test\nlogsource: {product: kubernetes, service: audit}\ndetection:\n" + Indent(detection);

    /// <summary>The rule, which has nothing wrong with it.</summary>
    public static DetectionRule Load(string detection, Placeholders? placeholders = null)
    {
        var diagnostics = new Diagnostics();
        var rule = Parse(Around(detection), diagnostics, placeholders);
        Assert.Empty(diagnostics);
        return rule!;
    }

    /// <summary>The rule, which can be used.</summary>
    public static DetectionRule LoadInSpiteOfWarnings(string detection)
    {
        var diagnostics = new Diagnostics();
        var rule = Parse(Around(detection), diagnostics);
        Assert.False(diagnostics.HasErrors);
        return rule!;
    }

    /// <summary>What there is to say about a rule.</summary>
    public static Diagnostics Check(string yaml)
    {
        var diagnostics = new Diagnostics();
        Parse(yaml, diagnostics);
        return diagnostics;
    }

    public static Finding? Match(DetectionRule rule, string json)
    {
        using var batch = Events(json);
        var findings = new List<Finding>();
        new DetectionEngine(new DetectionSet([rule])).Detect(batch, findings);
        return findings.SingleOrDefault()?.Materialize();
    }

    /// <summary>Whether a detection section matches an event; what makes it an event is filled in.</summary>
    public static bool Matches(string detection, string members, Placeholders? placeholders = null) =>
        Match(Load(detection, placeholders), SmallEvent.With(members)) is not null;

    public static EventBatch Events(string json, DateTimeOffset? receivedAt = null)
    {
        var batch = new EventBatch(new EventOrigin("test", "prod"), receivedAt ?? DateTimeOffset.UnixEpoch);
        batch.Append(Encoding.UTF8.GetBytes(json));
        new AuditEventReader("test").Read(batch, isFinal: true);
        Assert.Empty(batch.Rejections);
        return batch;
    }

    private static DetectionRule? Parse(string yaml, Diagnostics diagnostics, Placeholders? placeholders = null) => YamlFile
        .Parse("rule.yml", yaml, diagnostics)
        .Select(document => new RuleParser(placeholders ?? Placeholders.None, diagnostics).Parse(document, "test"))
        .FirstOrDefault();

    private static string Indent(string text) => string.Join('\n', text.Split('\n').Select(line => "  " + line));
}
