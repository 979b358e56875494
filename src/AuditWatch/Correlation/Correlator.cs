using AuditWatch.Detection;

namespace AuditWatch.Correlation;

/// <summary>
/// Adds findings up: keeps, for each correlation and group, the findings of the last while of event time, and makes a finding of its own for
/// those that together reach the threshold. Findings of rules that only feed correlations go no further. Not thread-safe.
/// </summary>
public sealed class Correlator
{
    private readonly ILookup<string, CorrelationRule> _byRule;
    private readonly HashSet<string> _silent;

    /// <summary>A correlator for the correlations of a set.</summary>
    public Correlator(DetectionSet detections)
    {
        var correlations = detections.Rules.Where(rule => rule.Correlation is not null).ToList();
        _byRule = correlations
            .Select(rule => (Rule: rule, Running: new CorrelationRule(rule)))
            .SelectMany(pair => detections.ReferencedBy(pair.Rule).Select(fed => (fed.Name, pair.Running)))
            .ToLookup(pair => pair.Name, pair => pair.Running, StringComparer.Ordinal);
        _silent = [.. correlations.Where(rule => !rule.Correlation!.Generate).SelectMany(detections.ReferencedBy).Select(rule => rule.Name)];
    }

    /// <summary>The findings that raise alerts: those of the batch that do so on their own, and those of correlations, in order.</summary>
    public IReadOnlyList<Finding> Correlate(IReadOnlyList<Finding> findings)
    {
        var alerting = new List<Finding>(findings.Count);
        foreach (var finding in findings)
        {
            if (!_silent.Contains(finding.Detection.Name))
            {
                alerting.Add(finding);
            }

            foreach (var correlation in _byRule[finding.Detection.Name])
            {
                if (correlation.Add(finding) is { } reached)
                {
                    alerting.Add(reached);
                }
            }
        }

        return alerting;
    }
}
