using System.Globalization;
using AuditWatch.Correlation.Measures;
using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;

namespace AuditWatch.Correlation;

/// <summary>One of the rules that a correlation refers to: reads from its findings the values that the correlation groups by, counts and shows. Immutable.</summary>
internal sealed class CorrelationSource
{
    private readonly CorrelationType _type;
    private readonly string[] _groupBy;
    private readonly string[] _counted;
    private readonly Dictionary<string, string> _aliases;

    public CorrelationSource(CorrelationDefinition correlation, DetectionRule rule)
    {
        _type = correlation.Type;
        _aliases = correlation.Aliases.ToDictionary(alias => alias.Name, alias => correlation.FieldIn(rule, alias.Name), StringComparer.Ordinal);
        _groupBy = [.. correlation.GroupBy.Select(Resolve)];
        _counted = [.. correlation.Fields.Select(Resolve)];
    }

    /// <summary>The finding's value of a field or alias of the correlation; empty if it has none.</summary>
    public string Read(Finding finding, string name) => Carried(finding, Resolve(name));

    /// <summary>All that the finding has in a field or alias of the correlation.</summary>
    public IReadOnlyList<string> ValuesOf(Finding finding, string name)
    {
        var field = Resolve(name);
        return finding.Values.FirstOrDefault(pair => pair.Key == field).Value ?? [];
    }

    /// <summary>The group of a finding: a hash of its cluster and of the values of the group-by fields.</summary>
    public UInt128 GroupOf(Finding finding, TextHasher hasher)
    {
        hasher.Add(finding.Cluster);
        foreach (var field in _groupBy)
        {
            hasher.Add(Carried(finding, field));
        }

        return hasher.GetHashAndReset();
    }

    /// <summary>What is counted or measured of a finding: a hash of its values, or a number in millionths.</summary>
    /// <returns>Whether the finding counts: false if it lacks the field, or its value is no number where one is measured.</returns>
    public bool TryValueOf(Finding finding, TextHasher hasher, out long value)
    {
        value = 0;
        switch (_type)
        {
            case CorrelationType.ValueCount:
                var isPresent = false;
                foreach (var field in _counted)
                {
                    var text = Carried(finding, field);
                    isPresent |= text.Length > 0;
                    hasher.Add(text);
                }

                value = unchecked((long)(ulong)hasher.GetHashAndReset());
                return isPresent;
            case CorrelationType.ValueSum:
                return TryNumber(Carried(finding, _counted[0]), out value) && value >= 0;
            case CorrelationType.ValueAverage or CorrelationType.ValuePercentile:
                return TryNumber(Carried(finding, _counted[0]), out value);
            default:
                return true;
        }
    }

    private static bool TryNumber(string text, out long millionths)
    {
        // Larger than any quantity in a cluster; ten thousand of them still add up within a decimal.
        const double most = 9e18;
        millionths = 0;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            return false;
        }

        millionths = (long)Math.Clamp(Math.Round(number * (double)Measure.Unit), -most, most);
        return true;
    }

    private string Resolve(string name) => _aliases.GetValueOrDefault(name, name);

    // A finding carries a handful of fields.
    private static string Carried(Finding finding, string field)
    {
        foreach (var (name, value) in finding.Carried)
        {
            if (name == field)
            {
                return value;
            }
        }

        return "";
    }
}
