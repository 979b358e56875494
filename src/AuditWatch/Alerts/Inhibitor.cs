using System.Globalization;
using System.Text;

namespace AuditWatch.Alerts;

/// <summary>
/// Which alerts keep others from being told of, as in Alertmanager: an alert that matches both sides of a rule is kept quiet only by one that
/// matches the source side alone, and never by itself. A source counts while it is not closed, whether or not anybody was told of it.
/// A look-up takes as long however many alerts are open. Not thread-safe.
/// </summary>
/// <param name="rules">The rules.</param>
internal sealed class Inhibitor(IReadOnlyList<InhibitionRule> rules)
{
    // Of each rule, the sources with the same equal labels, by alert id: sorted, because of many that came and went the first is still found at once.
    private readonly Dictionary<Group, SortedDictionary<string, Alert>> _sources = [];
    private readonly Dictionary<string, List<Group>> _groupsOf = new(StringComparer.Ordinal);

    /// <summary>Takes an alert as it now is in place of what it was; a closed one is forgotten.</summary>
    public void Update(Alert alert)
    {
        Remove(alert.Id);
        if (alert.Status == AlertStatus.Closed)
        {
            return;
        }

        var groups = new List<Group>();
        for (var rule = 0; rule < rules.Count; rule++)
        {
            if (rules[rule].Sources.Matches(alert) && EqualValues(rules[rule], alert) is { } equal)
            {
                groups.Add(new Group(rule, rules[rule].Targets.Matches(alert), equal));
            }
        }

        foreach (var group in groups)
        {
            if (!_sources.TryGetValue(group, out var alerts))
            {
                _sources[group] = alerts = new SortedDictionary<string, Alert>(StringComparer.Ordinal);
            }

            alerts[alert.Id] = alert;
        }

        if (groups.Count > 0)
        {
            _groupsOf[alert.Id] = groups;
        }
    }

    /// <summary>Forgets an alert, if it is known.</summary>
    public void Remove(string id)
    {
        foreach (var group in _groupsOf.Remove(id, out var groups) ? groups : [])
        {
            var alerts = _sources[group];
            alerts.Remove(id);
            if (alerts.Count == 0)
            {
                _sources.Remove(group);
            }
        }
    }

    /// <summary>An alert because of which nobody is to be told of this one; null if there is none.</summary>
    public Alert? InhibitedBy(Alert alert)
    {
        for (var rule = 0; rule < rules.Count; rule++)
        {
            if (!rules[rule].Targets.Matches(alert) || EqualValues(rules[rule], alert) is not { } equal)
            {
                continue;
            }

            if ((Other(new Group(rule, IsTarget: false, equal)) ?? (rules[rule].Sources.Matches(alert) ? null : Other(new Group(rule, IsTarget: true, equal)))) is { } source)
            {
                return source;
            }
        }

        return null;

        Alert? Other(Group group) => _sources.TryGetValue(group, out var alerts) ? alerts.Values.FirstOrDefault(source => source.Id != alert.Id) : null;
    }

    // The length before each value keeps "ab", "c" and "a", "bc" apart. Null where the labels have no value at all: that is nothing in common.
    private static string? EqualValues(InhibitionRule rule, Alert alert)
    {
        var key = new StringBuilder();
        var isEmpty = rule.Equal.Count > 0;
        foreach (var label in rule.Equal)
        {
            var values = AlertLabels.ValuesOf(alert, label).Where(value => value.Length > 0).Order(StringComparer.Ordinal).ToList();
            isEmpty &= values.Count == 0;
            key.Append(CultureInfo.InvariantCulture, $"{values.Count}:");
            foreach (var value in values)
            {
                key.Append(CultureInfo.InvariantCulture, $"{value.Length}:{value}");
            }
        }

        return isEmpty ? null : key.ToString();
    }

    private readonly record struct Group(int Rule, bool IsTarget, string Equal);
}
