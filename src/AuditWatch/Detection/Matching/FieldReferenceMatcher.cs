using AuditWatch.Detection.Sigma;
using AuditWatch.Events;
using AuditWatch.Events.Json;

namespace AuditWatch.Detection.Matching;

/// <summary>Matches if a value of one field compares with a value of another as the rule says (the modifier <c>fieldref</c>). The only matcher that allocates strings.</summary>
internal sealed class FieldReferenceMatcher(FieldPath field, FieldPath other, ValueTest.FieldReference test) : Matcher
{
    public override bool Matches(in Subject subject) => field.Any(subject.Event, new Outer(subject.Event, other, test));

    public override void Explain(in Subject subject, List<string> why) => Clause.Add(why, field.Name, EventText.Of(subject.Event, field));

    public override void ExplainMiss(in Subject subject, List<string> misses) =>
        Clause.AddMiss(misses, field.Name, $"{test.Describe()}, which is '{EventText.Of(subject.Event, other) ?? "absent"}',", EventText.Of(subject.Event, field));

    private sealed class Outer(AuditEvent auditEvent, FieldPath other, ValueTest.FieldReference test) : IValueVisitor
    {
        public bool Visit(JsonValue value) => value.IsScalar && other.Any(auditEvent, new Inner(value.ToString(), test));
    }

    private sealed class Inner(string text, ValueTest.FieldReference test) : IValueVisitor
    {
        public bool Visit(JsonValue value) => value.IsScalar && Holds(text, value.ToString(), test);
    }

    /// <summary>Whether one text stands to the other as the test says.</summary>
    public static bool Holds(string text, string other, ValueTest.FieldReference test)
    {
        var how = test.IsCased ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        return test.Relation switch
        {
            FieldRelation.StartsWith => text.StartsWith(other, how),
            FieldRelation.EndsWith => text.EndsWith(other, how),
            FieldRelation.Contains => text.Contains(other, how),
            _ => text.Equals(other, how),
        };
    }
}
