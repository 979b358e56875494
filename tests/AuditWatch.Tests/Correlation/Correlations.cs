using System.Globalization;
using System.Runtime.CompilerServices;
using AuditWatch.Alerts;
using AuditWatch.Correlation;
using AuditWatch.Detection;

namespace AuditWatch.Tests.Correlation;

/// <summary>Correlations in a few lines over the rules a, b and c, and findings of those rules.</summary>
internal static class Correlations
{
    public static readonly DateTimeOffset Start = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    private static readonly ConditionalWeakTable<DetectionSet, ILookup<string, string>> Carried = [];

    /// <summary>Later than any finding of the tests.</summary>
    public static readonly DateTimeOffset Received = Start.AddYears(1);

    /// <summary>A document with the correlation section; what follows it, if anything, is written at the margin.</summary>
    public static string Document(string name, string section, string rest = "") =>
        $"title: {name}\nname: {name}\ncorrelation:\n  {section.ReplaceLineEndings("\n  ")}\n{rest}\n";

    /// <summary>The rules a, b and c and the documents, which have nothing wrong with them.</summary>
    public static DetectionSet Load(params string[] documents)
    {
        var (detections, said) = TryLoad(documents);
        Assert.Empty(said);
        return detections;
    }

    /// <summary>The same, and what there is to say about it. The first document begins at line 1.</summary>
    public static (DetectionSet Detections, Diagnostics Said) TryLoad(params string[] documents)
    {
        var folder = new TemporaryFolder();
        try
        {
            var said = new Diagnostics();
            File.WriteAllText(Path.Combine(folder.FullName, "correlations.yml"), string.Join("---\n", documents));
            File.WriteAllText(Path.Combine(folder.FullName, "rules.yml"), string.Join("---\n", new[] { "a", "b", "c" }.Select(name => $$"""
                title: {{name}}
                name: {{name}}
                id: 00000000-0000-4000-8000-00000000000{{name}}
                logsource: {product: kubernetes, service: audit}
                detection: {selection: {verb: {{name}}}, condition: selection}

                """)));
            return (DetectionLoader.Load([folder.FullName], said), said);
        }
        finally
        {
            folder.Dispose();
        }
    }

    /// <summary>A finding of a rule, so many seconds after the start. Fields are those that correlations need: <c>actor: x</c> and so on.</summary>
    public static Finding Finding(this DetectionSet detections, string rule, double seconds, string actor = "mallory", string cluster = "", params (string Field, string Value)[] fields)
    {
        var detection = detections.Rules.Single(one => one.Name == rule);
        var time = Start.AddSeconds(seconds);
        var values = fields.Append(("actor", actor)).ToDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal);
        return new Finding
        {
            Detection = detection,
            Request = new RequestSnapshot { AuditId = seconds.ToString(CultureInfo.InvariantCulture), Time = time, User = actor },
            Time = time,
            Actor = actor,
            Cluster = cluster,
            Summary = rule,
            Dedup = [],
            Carried = [.. Carried.GetValue(detections, set => set.CarriedFields())[rule].Select(field => KeyValuePair.Create(field, values.GetValueOrDefault(field, "")))],
            Why = [],
        };
    }

    /// <summary>What correlations make of findings that arrive in this order, one batch each.</summary>
    public static List<Finding> Correlate(this DetectionSet detections, params IEnumerable<Finding> findings)
    {
        var correlator = new Correlator(detections);
        return [.. findings.SelectMany(finding => correlator.Correlate([finding], Received)), .. correlator.Complete()];
    }

    /// <summary>The alerts they become.</summary>
    public static List<Alert> Alerts(this DetectionSet detections, params IEnumerable<Finding> findings)
    {
        var alerts = new Dictionary<string, Alert>(StringComparer.Ordinal);
        foreach (var change in AlertBook.OnEventTime().Apply(detections.Correlate(findings)))
        {
            alerts[change.Alert.Id] = change.Alert;
        }

        return [.. alerts.Values];
    }

    /// <summary>Seconds after the start.</summary>
    public static double Seconds(DateTimeOffset time) => (time - Start).TotalSeconds;
}
