using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;
using AuditWatch.Events;
using AuditWatch.RuleTesting;

namespace AuditWatch.Host.Output;

/// <summary>One detection for its author: where it stands, what rests on it, its tests, its condition with lists, selections and filters put in, and its fields.</summary>
internal static class DetectionDescription
{
    /// <summary>Writes it.</summary>
    public static void Write(TextWriter output, DetectionRule rule, DetectionSet detections, IReadOnlyList<DetectionTestCase> tests)
    {
        Line($"{rule.Name}: {rule.Title}");
        Line($"  level    {rule.Level.Word()}{(rule.DeniedLevel is { } denied ? $", {denied.Word()} when denied" : "")}{(detections.FeedingOnly().Contains(rule) ? "; raises no alerts of its own" : "")}");
        Line($"  file     {rule.Location}");
        Names("rests on", detections.ReferencedBy(rule));
        Names("feeds", detections.Rules.Where(other => detections.ReferencedBy(other).Contains(rule)));
        if (rule.NarrowedBy.Count > 0)
        {
            Line($"  narrowed by the filter at {string.Join(" and ", rule.NarrowedBy)}");
        }

        Line($"  alert    {rule.Summary}; one for each {string.Join(", ", rule.DedupBy)} in {rule.DedupWindow}");
        var own = tests.Where(test => test.Detection == rule.Name).ToList();
        Line($"  tests    {own.Count}");
        own.ForEach(test => Line($"    {(test.Fires ? "fires" : "quiet")}  {test.Name}"));
        if (rule.Search is { } search)
        {
            Line("  looks for");
            Expand(search.Condition, "    ");
            var fields = FieldsOf(search.Condition).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
            Line("  reads");
            fields.ForEach(field => Line($"    {field}{(FieldPath.TryParse(field, out var path) && path.LeadsIntoBody ? "  (a body: needs the audit level Request or RequestResponse)" : "")}"));
        }

        void Names(string what, IEnumerable<DetectionRule> rules)
        {
            if (rules.Select(other => other.Name).ToList() is { Count: > 0 } names)
            {
                Line($"  {what,-8} {string.Join(", ", names)}");
            }
        }

        void Expand(Expression expression, string indent)
        {
            switch (expression)
            {
                case Expression.Selection selection:
                    Line($"{indent}{selection.Name}:");
                    Expand(selection.Body, indent + "  ");
                    break;
                case Expression.Not negation:
                    Line($"{indent}not");
                    Expand(negation.Part, indent + "  ");
                    break;
                case Expression.And all:
                    Line($"{indent}all of");
                    all.Parts.ToList().ForEach(part => Expand(part, indent + "  "));
                    break;
                case Expression.Or any when any.Parts.OfType<Expression.Field>().ToList() is var same && same.Count == any.Parts.Count && same.TrueForAll(field => field.Path == same[0].Path):
                    Line($"{indent}{same[0].Path}: {string.Join(" or ", same.Select(field => field.Test.Describe()))}");
                    break;
                case Expression.Or any:
                    Line($"{indent}any of");
                    any.Parts.ToList().ForEach(part => Expand(part, indent + "  "));
                    break;
                case Expression.Field field:
                    Line($"{indent}{field.Path}: {field.Test.Describe()}");
                    break;
                case Expression.Keyword keyword:
                    Line($"{indent}anywhere: {keyword.Test.Describe()}");
                    break;
                case Expression.AnyElement element:
                    Line($"{indent}one element of {element.Path} with");
                    Expand(element.Element, indent + "  ");
                    break;
            }
        }

        void Line(string text) => output.WriteLine(TerminalText.Neutralise(text));
    }

    private static IEnumerable<string> FieldsOf(Expression expression) => expression switch
    {
        Expression.Selection selection => FieldsOf(selection.Body),
        Expression.Not negation => FieldsOf(negation.Part),
        Expression.And all => all.Parts.SelectMany(FieldsOf),
        Expression.Or any => any.Parts.SelectMany(FieldsOf),
        Expression.Field { Test: ValueTest.FieldReference reference } field => [field.Path, reference.Other],
        Expression.Field field => [field.Path],
        Expression.AnyElement element => FieldsOf(element.Element).Select(field => $"{element.Path}.{field}"),
        _ => [],
    };
}
