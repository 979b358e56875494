using AuditWatch.Yaml;

namespace AuditWatch.Alerts;

/// <summary>The detections that matchers name and that nobody has: likely slips of the pen, for they fit no alert.</summary>
internal static class UnknownDetections
{
    // Alerts of the service itself are of no file.
    private const string OwnPrefix = "auditwatch_";

    /// <summary>Each such name once, with a sentence that says so and what may have been meant.</summary>
    /// <param name="matchers">The matchers.</param>
    /// <param name="known">The names of the detections that there are.</param>
    public static IEnumerable<(string Name, string Text)> In(IEnumerable<Matcher> matchers, IEnumerable<string> known)
    {
        var names = known.ToHashSet(StringComparer.Ordinal);
        return matchers.Where(matcher => matcher.Label == "detection").SelectMany(Named).Distinct().Where(name => !names.Contains(name))
            .Select(name => (name, $"there is no detection '{name}': the matcher fits no alert of it{Suggestion.For(name, names)}"));
    }

    // An expression is a list of names if it is nothing but words with bars between.
    private static IEnumerable<string> Named(Matcher matcher) =>
        (matcher.Operator is MatchOperator.Equal or MatchOperator.NotEqual ? [matcher.Value] : matcher.Value.Split('|').All(IsName) ? matcher.Value.Split('|') : Array.Empty<string>())
            .Where(name => name.Length > 0 && !name.StartsWith(OwnPrefix, StringComparison.Ordinal));

    private static bool IsName(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}
