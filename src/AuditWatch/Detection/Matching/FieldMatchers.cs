using AuditWatch.Events;
using AuditWatch.Events.Json;

namespace AuditWatch.Detection.Matching;

/// <summary>Matches if a value of a field of the event passes a test.</summary>
/// <param name="field">The field.</param>
/// <param name="test">The test.</param>
/// <param name="wanted">The test in words, for explanations.</param>
internal sealed class EventFieldMatcher(FieldPath field, ValueMatcher test, string wanted) : Matcher
{
    public override bool Matches(in Subject subject) => field.Any(subject.Event, test);

    public override void Explain(in Subject subject, List<string> why) => Clause.Add(why, field.Name, EventText.Of(subject.Event, field));

    public override void ExplainMiss(in Subject subject, List<string> misses) =>
        Clause.AddMiss(misses, field.Name, wanted, EventText.Of(subject.Event, field));
}

/// <summary>Matches if the event has a field, or if it does not.</summary>
internal sealed class EventFieldExistence(FieldPath field, bool expected) : Matcher
{
    public override bool Matches(in Subject subject) => field.Exists(subject.Event) == expected;

    public override void Explain(in Subject subject, List<string> why) => Clause.Add(why, field.Name, Clause.Presence(expected));

    public override void ExplainMiss(in Subject subject, List<string> misses) =>
        Clause.AddMiss(misses, field.Name, Clause.Presence(expected), EventText.Of(subject.Event, field));
}

/// <summary>Matches if a value below the element passes a test.</summary>
/// <param name="path">The full path, for explanations.</param>
/// <param name="below">The path from the element.</param>
/// <param name="test">The test.</param>
/// <param name="wanted">The test in words, for explanations.</param>
internal sealed class ElementFieldMatcher(string path, RelativePath below, ValueMatcher test, string wanted) : Matcher
{
    public override bool Matches(in Subject subject) => below.Any(subject.Element, test);

    public override void Explain(in Subject subject, List<string> why) =>
        Clause.Add(why, path, EventText.Of(subject.Event, path, subject.Element, below));

    public override void ExplainMiss(in Subject subject, List<string> misses) =>
        Clause.AddMiss(misses, path, wanted, EventText.Of(subject.Event, path, subject.Element, below));
}

/// <summary>Matches if the element has a value at a path, or if it does not.</summary>
internal sealed class ElementFieldExistence(string path, RelativePath below, bool expected) : Matcher
{
    public override bool Matches(in Subject subject) => below.Exists(subject.Element) == expected;

    public override void Explain(in Subject subject, List<string> why) => Clause.Add(why, path, Clause.Presence(expected));

    public override void ExplainMiss(in Subject subject, List<string> misses) =>
        Clause.AddMiss(misses, path, Clause.Presence(expected), EventText.Of(subject.Event, path, subject.Element, below));
}

/// <summary>Writes the explanation of one clause.</summary>
internal static class Clause
{
    public static void Add(List<string> why, string path, string? value)
    {
        var clause = $"{path}: {value ?? "absent"}";
        if (!why.Contains(clause, StringComparer.Ordinal))
        {
            why.Add(clause);
        }
    }

    public static void AddMiss(List<string> misses, string path, string wanted, string? seen)
    {
        var clause = $"{path} should be {wanted} and is {(seen is null ? "absent" : $"'{seen}'")}";
        if (!misses.Contains(clause, StringComparer.Ordinal))
        {
            misses.Add(clause);
        }
    }

    public static string Presence(bool expected) => expected ? "present" : "absent";
}
