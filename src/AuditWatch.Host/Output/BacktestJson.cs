using System.Globalization;
using System.Text.Json;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.RuleTesting;

namespace AuditWatch.Host.Output;

/// <summary>A backtest for programs, an object a line; <c>type</c> says what it is: day, raised, removed, nearMiss, missingSteps or cost.</summary>
internal static class BacktestJson
{
    /// <summary>Writes it to standard output.</summary>
    public static void Write(BacktestReport report)
    {
        IEnumerable<Action<Utf8JsonWriter>> objects =
        [
            .. report.Difference.Days.Select(day => Object("day", json => Day(json, day))),
            .. report.Difference.Raised.Select(alert => Object("raised", json => WriteAlert(json, alert))),
            .. report.Difference.Removed.Select(alert => Object("removed", json => WriteAlert(json, alert))),
            .. report.NearMisses.Select(miss => Object("nearMiss", json => Miss(json, miss))),
            .. report.MissingSteps.Count == 0 ? [] : new[] { Object("missingSteps", json => Strings(json, "lines", report.MissingSteps)) },
            Object("cost", json => Cost(json, report)),
        ];
        JsonLines.WriteAll(objects, (json, write) => write(json));
    }

    private static Action<Utf8JsonWriter> Object(string type, Action<Utf8JsonWriter> members) => json =>
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        members(json);
        json.WriteEndObject();
    };

    private static void Day(Utf8JsonWriter json, AlertDay day)
    {
        json.WriteString("day", day.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteString("detection", day.Detection);
        json.WriteString("level", day.Level.Word());
        json.WriteNumber("now", day.Now);
        json.WriteNumber("then", day.Then);
        json.WriteNumber("raised", day.Raised);
        json.WriteNumber("removed", day.Removed);
    }

    private static void WriteAlert(Utf8JsonWriter json, Alert alert)
    {
        json.WritePropertyName("alert");
        AlertJson.Write(json, alert);
    }

    private static void Miss(Utf8JsonWriter json, NearMiss miss)
    {
        json.WriteString("detection", miss.Detection);
        json.WriteString("clause", miss.Clause);
        json.WriteString("file", miss.Location.File);
        json.WriteNumber("line", miss.Location.Line);
        json.WriteNumber("column", miss.Location.Column);
        json.WriteNumber("count", miss.Count);
        json.WriteStartArray("values");
        foreach (var (value, count) in miss.Values)
        {
            json.WriteStartObject();
            json.WriteString("value", value);
            json.WriteNumber("count", count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("example");
        json.WriteString("auditID", miss.Example.AuditId);
        json.WriteString("time", miss.Example.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
        json.WriteString("verb", miss.Example.Verb);
        json.WriteString("requestURI", miss.Example.RequestUri);
        json.WriteString("user", miss.Example.User);
        json.WriteString("impersonatedUser", miss.Example.ImpersonatedUser);
        json.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static void Cost(Utf8JsonWriter json, BacktestReport report)
    {
        json.WriteNumber("events", report.Cost.Events);
        json.WriteNumber("days", report.Days);
        Microseconds("nowMicroseconds", report.Cost.CostNow);
        Microseconds("thenMicroseconds", report.Cost.CostThen);

        void Microseconds(string name, TimeSpan? cost)
        {
            if (cost is { } known)
            {
                json.WriteNumber(name, Math.Round(known.TotalMicroseconds, 3));
            }
            else
            {
                json.WriteNull(name);
            }
        }
    }
}
