using System.Text;
using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;
using AuditWatch.Events;
using AuditWatch.Events.Json;

namespace AuditWatch.Composites;

/// <summary>
/// Requests of a rule that is <c>awaited</c>: it would match nearly all, so it is asked about none until a story waits for it, and then only about those
/// that have the value which the story waits for in one field. Nothing of them is kept. Not thread-safe.
/// </summary>
internal sealed class AwaitedRequests
{
    private readonly CompiledRule[] _rules;
    private readonly FieldPath _field;
    private readonly Dictionary<string, Dictionary<string, int>> _waiting = new(StringComparer.Ordinal);

    /// <param name="plan">A composite whose last step is awaited.</param>
    /// <param name="detections">The set.</param>
    public AwaitedRequests(CompositePlan plan, DetectionSet detections)
    {
        var step = plan.Parts[plan.Last];
        var use = step.Variables.First(use => use is { Binds: false, How: JoinOperator.EqualTo });
        (Part, Place) = plan.Binding(use.Variable);
        _field = FieldPath.Parse(use.Field);
        var (carried, joined) = (detections.CarriedFields(), detections.JoinedFields());
        _rules = [.. detections.Rules.Where(rule => rule.IsAwaited && step.Rules.Any(one => one.IsTo(rule))).Select(rule => new CompiledRule(rule, carried[rule.Name], joined: joined[rule.Name]))];
    }

    /// <summary>The part whose facts are waited with.</summary>
    public int Part { get; }

    /// <summary>Where in them the value is that is looked for.</summary>
    public int Place { get; }

    /// <summary>A fact begins to wait.</summary>
    public void Add(StepFact fact)
    {
        if (!fact.Awaits)
        {
            fact.Awaits = true;
            if (!_waiting.TryGetValue(fact.Source.Cluster, out var values))
            {
                _waiting[fact.Source.Cluster] = values = new Dictionary<string, int>(StringComparer.Ordinal);
            }

            var value = fact.Values[Place][0];
            values[value] = values.GetValueOrDefault(value) + 1;
        }
    }

    /// <summary>A fact waits no longer.</summary>
    public void Remove(StepFact fact)
    {
        if (!fact.Awaits)
        {
            return;
        }

        fact.Awaits = false;
        var values = _waiting[fact.Source.Cluster];
        var value = fact.Values[Place][0];
        if (--values[value] == 0)
        {
            values.Remove(value);
        }

        if (values.Count == 0)
        {
            _waiting.Remove(fact.Source.Cluster);
        }
    }

    /// <summary>Finds what is waited for in a batch.</summary>
    /// <param name="batch">The events.</param>
    /// <param name="found">Gets each finding.</param>
    public void Find(EventBatch batch, Action<Finding> found)
    {
        if (!_waiting.TryGetValue(batch.Origin.Cluster, out var values))
        {
            return;
        }

        var looking = new Looking(values.GetAlternateLookup<ReadOnlySpan<char>>());
        for (var i = 0; i < batch.Count; i++)
        {
            var auditEvent = batch[i];
            if (!_field.Any(auditEvent, looking))
            {
                continue;
            }

            MatchedEvent? match = null;
            foreach (var rule in _rules)
            {
                if ((rule.SeesRequestReceived || !auditEvent.IsRequestReceived) && rule.Matches(auditEvent))
                {
                    found(new Finding(rule, match ??= new MatchedEvent(auditEvent)));
                }
            }
        }
    }

    private sealed class Looking(Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> values) : IValueVisitor
    {
        // Longer than any name of Kubernetes.
        private const int Longest = 512;

        public bool Visit(JsonValue value)
        {
            if (!value.IsScalar)
            {
                return false;
            }

            if (value.IsEscaped || value.Bytes.Length > Longest)
            {
                return values.ContainsKey(value.ToString());
            }

            Span<char> text = stackalloc char[Longest];
            return values.ContainsKey(text[..Encoding.UTF8.GetChars(value.Bytes, text)]);
        }
    }
}
