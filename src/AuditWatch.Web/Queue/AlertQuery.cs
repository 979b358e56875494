using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.State;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Web.Queue;

/// <summary>Which alerts are asked for, from the query of a request.</summary>
internal sealed class AlertQuery
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    private static readonly string[] Known = ["status", "level", "actor", "cluster", "namespace", "object", "detection", "tactic", "text", "since", "until", "sort", "limit", "after"];

    private readonly IQueryCollection _query;
    private readonly List<string> _errors = [];

    public AlertQuery(IQueryCollection query)
    {
        _query = query;
        _errors.AddRange(query.Keys.Where(key => !Known.Contains(key)).Select(key => $"unknown parameter '{key}'; there are {string.Join(", ", Known)}"));
        _errors.AddRange(query.Where(pair => Known.Contains(pair.Key) && pair.Value.Count > 1).Select(pair => $"'{pair.Key}' is there {pair.Value.Count} times"));
        var isOfThePast = query.ContainsKey("since") || query.ContainsKey("until");
        var sort = Text("sort") ?? "level";
        if (sort is not ("time" or "level"))
        {
            _errors.Add($"'{sort}' is not an order; there are time, level");
        }

        Search = new AlertSearch
        {
            Statuses = Statuses(Text("status") ?? (isOfThePast ? "open,acknowledged,closed" : "open,acknowledged")),
            LeastSeverity = Text("level") is { } level ? (int)Word<Level>(level, "level") : 0,
            Actor = Text("actor"),
            Cluster = Text("cluster"),
            Namespace = Text("namespace"),
            Object = Text("object"),
            Detection = Text("detection"),
            Tags = Tactic() is { } tactic ? AttackTactics.TagsOf(tactic) : null,
            Text = Words(),
            Since = Time("since"),
            Until = Time("until"),
            BySeverity = sort == "level",
            After = Cursor(sort == "level"),
            Limit = Limit(),
        };
    }

    /// <summary>Everything that is wrong, for a person.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>What is asked for.</summary>
    public AlertSearch Search { get; }

    private string? Text(string name) => _query.ContainsKey(name) ? _query[name].ToString() : null;

    private List<string> Statuses(string words)
    {
        var statuses = words.Split(',', StringSplitOptions.TrimEntries).Select(word => Word<AlertStatus>(word, "status")).Distinct().ToList();
        return [.. statuses.Select(status => status.ToString().ToLowerInvariant())];
    }

    private string? Tactic()
    {
        var tactic = Text("tactic")?.ToLowerInvariant();
        if (tactic is not null && !AttackTactics.All.Contains(tactic))
        {
            _errors.Add($"'{tactic}' is not a tactic; there are {string.Join(", ", AttackTactics.All)}");
        }

        return tactic;
    }

    private string? Words()
    {
        if (Text("text") is not { } text)
        {
            return null;
        }

        if (AlertSearch.ObjectionTo(text) is { } objection)
        {
            _errors.Add($"'text' cannot be searched for: {objection}");
        }

        return text;
    }

    private DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (SilenceTime.TryParse(text, out var time))
        {
            return time;
        }

        _errors.Add($"'{name}' is a time such as 2030-01-31T18:00:00Z, not '{text}'");
        return null;
    }

    private AlertCursor? Cursor(bool bySeverity)
    {
        if (Text("after") is not { Length: > 0 } text)
        {
            return null;
        }

        if (AlertCursor.Parse(text) is { } cursor && cursor.Severity is null == !bySeverity)
        {
            return cursor;
        }

        _errors.Add("'after' is what 'next' was in the answer before, to the same question");
        return null;
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

    private int Limit()
    {
        if (Text("limit") is not { } text)
        {
            return DefaultLimit;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MaxLimit)
        {
            return number;
        }

        _errors.Add($"'limit' is a number from 1 to {MaxLimit}");
        return DefaultLimit;
    }
}
