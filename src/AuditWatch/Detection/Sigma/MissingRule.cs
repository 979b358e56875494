using AuditWatch.Yaml;

namespace AuditWatch.Detection.Sigma;

/// <summary>What to do about a reference to a rule that is not among those loaded.</summary>
internal static class MissingRule
{
    /// <summary><c>; did you mean 'x'?</c>, or, if no known name is near, that shipped rules are loaded by the word <c>builtin</c>.</summary>
    /// <param name="name">The name or id that is referred to.</param>
    /// <param name="rules">The rules that could have been meant.</param>
    public static string Advice(string name, IEnumerable<DetectionRule> rules) =>
        Suggestion.For(name, rules.SelectMany(rule => new[] { rule.Name, rule.Id }).OfType<string>()) is { Length: > 0 } near ? near
        : "; if it comes with AuditWatch, load 'builtin' as well as this folder";
}
