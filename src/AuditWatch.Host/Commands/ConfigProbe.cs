using System.Globalization;
using AuditWatch.Alerts;

namespace AuditWatch.Host.Commands;

/// <summary>The alert that <c>config routes test</c> is asked about.</summary>
internal static class ConfigProbe
{
    /// <summary>The labels, from <c>name=value</c> each; one given several times has several values.</summary>
    /// <exception cref="UsageException">One of them is wrong.</exception>
    public static Func<string, IReadOnlyList<string>> Labels(IEnumerable<string> given)
    {
        var labels = given.Select(Label).ToLookup(label => label.Name, label => label.Value, StringComparer.Ordinal);
        if (labels.FirstOrDefault(label => label.Key != "tag" && label.Count() > 1) is { } twice)
        {
            throw new UsageException($"the label '{twice.Key}' is given twice: only 'tag' can have several values");
        }

        return name => [.. labels[name]];
    }

    /// <summary>The time; now if none is given.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static DateTimeOffset Time(string? given)
    {
        if (given is null)
        {
            return TimeProvider.System.GetUtcNow();
        }

        return DateTimeOffset.TryParse(given, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new UsageException($"'{given}' is not a time such as 2030-01-31T03:00:00Z");
    }

    // A name and value for which no matcher could be written is none that an alert has.
    private static (string Name, string Value) Label(string text)
    {
        var (name, value) = text.Split('=', 2) is [var left, var right] ? (left.Trim(), right) : throw new UsageException($"'{text}' is not a label such as level=high");
        try
        {
            _ = Matchers.Parse($"{name}=\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
        }
        catch (MatcherFormatException problem)
        {
            throw new UsageException($"--label {text}: {problem.Message}");
        }

        return (name, value);
    }
}
