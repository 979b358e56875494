using AuditWatch.Events;

namespace AuditWatch.Detection.Matching;

/// <summary>A value of a field of the event passes a test.</summary>
internal sealed class EventFieldMatcher(FieldPath field, ValueMatcher test) : Matcher
{
    public override bool Matches(in Subject subject) => field.Any(subject.Event, test);

    public override void Explain(in Subject subject, List<string> why) => Clause.Add(why, field.Name, EventText.Of(subject.Event, field));
}

/// <summary>The event has a field, or has it not.</summary>
internal sealed class EventFieldExistence(FieldPath field, bool expected) : Matcher
{
    public override bool Matches(in Subject subject) => field.Exists(subject.Event) == expected;

    public override void Explain(in Subject subject, List<string> why) => Clause.Add(why, field.Name, expected ? "present" : "absent");
}

/// <summary>A value below the element passes a test.</summary>
/// <param name="path">The full path, for the explanation.</param>
/// <param name="below">Where from the element.</param>
/// <param name="test">What the value must be like.</param>
internal sealed class ElementFieldMatcher(string path, RelativePath below, ValueMatcher test) : Matcher
{
    public override bool Matches(in Subject subject) => below.Any(subject.Element, test);

    public override void Explain(in Subject subject, List<string> why) =>
        Clause.Add(why, path, EventText.Of(subject.Event, path, subject.Element, below));
}

/// <summary>The element has something at a path, or has it not.</summary>
internal sealed class ElementFieldExistence(string path, RelativePath below, bool expected) : Matcher
{
    public override bool Matches(in Subject subject) => below.Exists(subject.Element) == expected;

    public override void Explain(in Subject subject, List<string> why) => Clause.Add(why, path, expected ? "present" : "absent");
}

/// <summary>The explanation of one clause.</summary>
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
}
