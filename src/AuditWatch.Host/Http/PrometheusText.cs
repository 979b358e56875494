using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AuditWatch.Host.Http;

/// <summary>The Prometheus text exposition format, version 0.0.4.</summary>
internal static partial class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>All series, each metric under its help and type.</summary>
    public static string Format(IEnumerable<(Instrument Instrument, string Labels, double Value, long Count)> series)
    {
        var text = new StringBuilder();
        foreach (var metric in series.GroupBy(one => one.Instrument.Name, StringComparer.Ordinal))
        {
            var instrument = metric.First().Instrument;
            var (name, type) = Describe(instrument);
            if (!string.IsNullOrEmpty(instrument.Description))
            {
                text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {instrument.Description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {type}\n");
            foreach (var (_, labels, value, count) in metric)
            {
                if (type == "summary")
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name}_sum{labels} {value}\n{name}_count{labels} {count}\n");
                }
                else
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name}{labels} {value}\n");
                }
            }
        }

        return text.ToString();
    }

    /// <summary>Tags as <c>{name="value",…}</c>, in the order of their names; empty without tags.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var labels = tags.ToArray()
            .OrderBy(tag => tag.Key, StringComparer.Ordinal)
            .Select(tag => $"{NotInName().Replace(tag.Key, "_")}=\"{Escape(Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "")}\"");
        return $"{{{string.Join(',', labels)}}}";
    }

    private static (string Name, string Type) Describe(Instrument instrument)
    {
        var name = NotInName().Replace(instrument.Name, "_");
        var unit = instrument.Unit switch { "By" => "_bytes", "s" => "_seconds", _ => "" };
        name += name.EndsWith(unit, StringComparison.Ordinal) ? "" : unit;
        var kind = instrument.GetType().Name;
        return kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal)
            ? (name.EndsWith("_total", StringComparison.Ordinal) ? name : name + "_total", "counter")
            : (name, kind.StartsWith("Histogram", StringComparison.Ordinal) ? "summary" : "gauge");
    }

    private static string Escape(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    [GeneratedRegex("[^a-zA-Z0-9_]")]
    private static partial Regex NotInName();
}
