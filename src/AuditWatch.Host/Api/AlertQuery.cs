using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Host.Api;

/// <summary>Which alerts are asked for, from the query of a request.</summary>
internal sealed class AlertQuery
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    private static readonly string[] Known = ["status", "level", "limit", "offset", "after"];

    private readonly List<string> _errors = [];
    private readonly HashSet<AlertStatus> _statuses;
    private readonly Level _level;
    private readonly int _limit;
    private readonly int _offset;
    private readonly string? _after;

    public AlertQuery(IQueryCollection query)
    {
        _errors.AddRange(query.Keys.Where(key => !Known.Contains(key)).Select(key => $"unknown parameter '{key}'; there are {string.Join(", ", Known)}"));
        _errors.AddRange(query.Where(pair => Known.Contains(pair.Key) && pair.Value.Count > 1).Select(pair => $"'{pair.Key}' is there {pair.Value.Count} times"));
        _statuses = [.. ((string?)query["status"] ?? "open,acknowledged").Split(',', StringSplitOptions.TrimEntries).Select(word => Word<AlertStatus>(word, "status"))];
        _level = query.ContainsKey("level") ? Word<Level>(query["level"].ToString(), "level") : Level.Informational;
        _limit = Number(query, "limit", DefaultLimit, 1, MaxLimit);
        _offset = Number(query, "offset", 0, 0, int.MaxValue);
        _after = query["after"];
        if (_after is not null && query.ContainsKey("offset"))
        {
            _errors.Add("either 'after' or 'offset' can be there, not both");
        }
    }

    /// <summary>Everything that is wrong, for a person.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>The alerts that are asked for, and how many there are on all pages.</summary>
    public (int Total, IReadOnlyList<Alert> Page) Of(IEnumerable<Alert> alerts)
    {
        var all = alerts.Where(alert => _statuses.Contains(alert.Status) && alert.Level >= _level).ToList();
        var ordered = _after is null
            ? all.OrderByDescending(alert => alert.Level).ThenByDescending(alert => alert.LastSeen).ThenBy(alert => alert.Id, StringComparer.Ordinal).Skip(_offset)
            : all.Where(alert => string.CompareOrdinal(alert.Id, _after) > 0).OrderBy(alert => alert.Id, StringComparer.Ordinal);
        return (all.Count, [.. ordered.Take(_limit)]);
    }

    private T Word<T>(string word, string what) where T : struct, Enum
    {
        if (Enum.GetNames<T>().Contains(word, StringComparer.OrdinalIgnoreCase))
        {
            return Enum.Parse<T>(word, ignoreCase: true);
        }

        _errors.Add($"'{word}' is not a {what}; there are {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");
        return default;
    }

    private int Number(IQueryCollection query, string name, int otherwise, int least, int most)
    {
        if (!query.ContainsKey(name))
        {
            return otherwise;
        }

        if (int.TryParse(query[name].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        _errors.Add($"'{name}' is a number from {least} to {most}");
        return otherwise;
    }
}
