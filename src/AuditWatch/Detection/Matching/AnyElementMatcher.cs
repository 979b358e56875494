using AuditWatch.Events;
using AuditWatch.Events.Json;

namespace AuditWatch.Detection.Matching;

/// <summary>Matches if one and the same element of the array in a field meets the whole selection (the modifier <c>any</c>).</summary>
internal sealed class AnyElementMatcher(FieldPath array, Matcher element) : Matcher
{
    // A walk keeps state, and an event is matched by one thread at a time: one walk per thread and nesting level will do.
    [ThreadStatic]
    private static Walk? _idle;

    public override bool Matches(in Subject subject)
    {
        var walk = _idle ?? new Walk();
        _idle = null;
        try
        {
            walk.Begin(subject.Event, element, null);
            return array.Any(subject.Event, walk);
        }
        finally
        {
            _idle = walk;
        }
    }

    public override void Explain(in Subject subject, List<string> why)
    {
        var walk = new Walk();
        walk.Begin(subject.Event, element, why);
        array.Any(subject.Event, walk);
    }

    public override void ExplainMiss(in Subject subject, List<string> misses)
    {
        var elements = new ElementMisses(subject.Event, element);
        array.Any(subject.Event, elements);
        misses.Add(elements.Nearest is { } nearest
            ? $"no element of {array.Name} matches; the nearest misses: {string.Join(", ", nearest)}"
            : $"{array.Name} is absent or empty");
    }

    private sealed class ElementMisses(AuditEvent auditEvent, Matcher element) : IValueVisitor
    {
        public List<string>? Nearest { get; private set; }

        public bool Visit(JsonValue value)
        {
            var misses = new List<string>();
            element.ExplainMiss(new Subject(auditEvent, value), misses);
            Nearest = Nearest is null || misses.Count < Nearest.Count ? misses : Nearest;
            return false;
        }
    }

    private sealed class Walk : IValueVisitor
    {
        private AuditEvent _event;
        private Matcher? _element;
        private List<string>? _why;

        public void Begin(in AuditEvent auditEvent, Matcher element, List<string>? why)
        {
            _event = auditEvent;
            _element = element;
            _why = why;
        }

        public bool Visit(JsonValue value)
        {
            var subject = new Subject(_event, value);
            if (!_element!.Matches(subject))
            {
                return false;
            }

            if (_why is not null)
            {
                _element.Explain(subject, _why);
            }

            return true;
        }
    }
}
