using System.Text;
using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;
using AuditWatch.Events;
using AuditWatch.Events.Json;

namespace AuditWatch.Composites;

/// <summary>
/// Requests of a rule that is <c>awaited</c>: it would match nearly all, so it is asked only about those that have the value which a story waits for in one
/// field, and about some with any other, for the story that begins late (<see cref="RecentRequests"/>). Not thread-safe.
/// </summary>
internal sealed class AwaitedRequests
{
    private readonly CompiledRule[] _rules;
    private readonly FieldPath _field;
    private readonly RecentRequests _recent = new();
    private readonly Dictionary<string, Dictionary<string, int>> _waiting = new(StringComparer.Ordinal);
    private readonly HashSet<(string Cluster, string Value)> _recalled = [];

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
            _recalled.Add((fact.Source.Cluster, value));
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

    /// <summary>Finds what is waited for in a batch, and before it.</summary>
    /// <param name="batch">The events.</param>
    /// <param name="found">Gets each finding.</param>
    public void Find(EventBatch batch, Action<Finding> found)
    {
        Recall(found);
        if (batch.Count == 0)
        {
            return;
        }

        var cluster = batch.Origin.Cluster;
        var value = new Value(_waiting.TryGetValue(cluster, out var values) ? values.GetAlternateLookup<ReadOnlySpan<char>>() : null);
        for (var i = 0; i < batch.Count; i++)
        {
            if (value.Read(_field, batch[i]))
            {
                Find(batch[i], AccountOf(cluster, batch[i]), value, found);
            }
        }
    }

    // Stories have begun to wait for something: perhaps it is there already.
    private void Recall(Action<Finding> found)
    {
        (string Cluster, string Value)[] recalled = [.. _recalled];
        _recalled.Clear();
        foreach (var (cluster, value) in recalled)
        {
            foreach (var batch in _recent.Find(cluster, string.GetHashCode(value)))
            {
                for (var i = 0; i < batch.Count; i++)
                {
                    Match(batch[i], finding => found(finding.Materialize()));
                }
            }
        }
    }

    private void Find(AuditEvent auditEvent, int account, Value value, Action<Finding> found)
    {
        if (value.IsWaitedFor)
        {
            Match(auditEvent, found);
        }

        if (auditEvent.TryGetOwnTime(out var time) && _recent.Wants(account, value.Hash, time.UtcTicks) && MatchesAny(auditEvent))
        {
            _recent.Add(account, value.Hash, time.UtcTicks, auditEvent);
        }
    }

    private void Match(AuditEvent auditEvent, Action<Finding> found)
    {
        MatchedEvent? match = null;
        foreach (var rule in _rules)
        {
            if (Matches(rule, auditEvent))
            {
                found(new Finding(rule, match ??= new MatchedEvent(auditEvent)));
            }
        }
    }

    private bool MatchesAny(AuditEvent auditEvent)
    {
        foreach (var rule in _rules)
        {
            if (Matches(rule, auditEvent))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Matches(CompiledRule rule, AuditEvent auditEvent) => (rule.SeesRequestReceived || !auditEvent.IsRequestReceived) && rule.Matches(auditEvent);

    private static int AccountOf(string cluster, AuditEvent auditEvent)
    {
        var hash = default(HashCode);
        hash.Add(cluster, StringComparer.Ordinal);
        hash.AddBytes(auditEvent.JsonOf(EventField.UserName));
        return hash.ToHashCode();
    }

    /// <summary>What an event has in the field: whether a story waits for it, and its hash.</summary>
    private sealed class Value(Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>>? waiting) : IValueVisitor
    {
        // Longer than any name of Kubernetes.
        private const int Longest = 512;

        private bool _isPresent;

        /// <summary>The hash of the first value, or of the one that is waited for.</summary>
        public int Hash { get; private set; }

        public bool IsWaitedFor { get; private set; }

        /// <summary>Reads it of an event; false if it has none.</summary>
        public bool Read(FieldPath field, AuditEvent auditEvent)
        {
            _isPresent = false;
            IsWaitedFor = field.Any(auditEvent, this);
            return _isPresent;
        }

        public bool Visit(JsonValue value)
        {
            if (!value.IsScalar)
            {
                return false;
            }

            if (value.IsEscaped || value.Bytes.Length > Longest)
            {
                return See(value.ToString());
            }

            Span<char> text = stackalloc char[Longest];
            return See(text[..Encoding.UTF8.GetChars(value.Bytes, text)]);
        }

        private bool See(ReadOnlySpan<char> text)
        {
            var isWaitedFor = waiting?.ContainsKey(text) ?? false;
            if (isWaitedFor || !_isPresent)
            {
                Hash = string.GetHashCode(text);
            }

            _isPresent = true;
            return isWaitedFor;
        }
    }
}
