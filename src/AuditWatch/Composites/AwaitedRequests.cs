using System.Runtime.InteropServices;
using System.Text;
using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;
using AuditWatch.Events;
using AuditWatch.Events.Json;

namespace AuditWatch.Composites;

/// <summary>
/// Finds the requests that the last step of a composite waits for, where the step's rule is <c>awaited</c>: a rule that would match nearly every request. It is matched only against requests that have, in one field, a value that
/// a waiting fact has too. Some requests with other values are kept for a fact that comes later than they do (<see cref="RecentRequests"/>). One for each such composite; lives as long as the set of detections. Not thread-safe.
/// </summary>
internal sealed class AwaitedRequests
{
    // More alike ones than this are forgotten, which costs only time.
    private const int MaxKnown = 10_000;

    private readonly (CompiledRule Rule, FieldPath[] Fields)[] _rules;
    private readonly FieldPath _field;
    private readonly RecentRequests _recent = new();
    private readonly Dictionary<string, Dictionary<string, int>> _waiting = new(StringComparer.Ordinal);
    private readonly HashSet<(string Cluster, string Value)> _recalled = [];
    private readonly RequestLikeness _likeness = new();
    private readonly Dictionary<UInt128, IReadOnlyList<FactLikeness>> _known = [];
    private readonly Dictionary<UInt128, (int Count, int Rule, int Latest)> _alike = [];

    /// <param name="plan">A composite whose last step is awaited.</param>
    /// <param name="detections">The set.</param>
    public AwaitedRequests(CompositePlan plan, DetectionSet detections)
    {
        var step = plan.Parts[plan.Last];
        var use = step.Variables.First(use => use is { Binds: false, How: JoinOperator.EqualTo });
        (Part, Place) = plan.Binding(use.Variable);
        _field = FieldPath.Parse(use.Field);
        var (carried, joined) = (detections.CarriedFields(), detections.JoinedFields());
        _rules = [.. detections.Rules.Where(rule => rule.IsAwaited && step.Rules.Any(one => one.IsTo(rule)))
            .Select(rule => (new CompiledRule(rule, carried[rule.Name], joined: joined[rule.Name]), step.FieldsOf(rule).Select(FieldPath.Parse).ToArray()))];
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
    /// <param name="accounts">Whose they are.</param>
    /// <param name="found">Gets each finding, and returns what its facts have in common with those that differ in time alone; null for a repeat.</param>
    /// <param name="isAnswered">Says, by these, whether a request can make no news; null if each request counts.</param>
    public void Find(EventBatch batch, RequestAccounts accounts, Func<Finding, IReadOnlyList<FactLikeness>?> found, Func<IReadOnlyList<FactLikeness>, AuditEvent, bool>? isAnswered)
    {
        Recall(found);
        if (batch.Count == 0)
        {
            return;
        }

        // Not at the end: a batch that fails leaves places in it behind, which mean nothing in the next.
        _alike.Clear();
        var cluster = batch.Origin.Cluster;
        var value = new Value(_waiting.TryGetValue(cluster, out var values) ? values.GetAlternateLookup<ReadOnlySpan<char>>() : null);
        for (var i = 0; i < batch.Count; i++)
        {
            if (value.Read(_field, batch[i]))
            {
                Match(batch, i, value.IsWaitedFor, found, isAnswered);
                Remember(batch[i], i, accounts, value.Hash);
            }
        }

        foreach (var (_, rule, latest) in _alike.Values.Where(alike => alike.Count > WaitingFacts.MaxAlike))
        {
            found(new Finding(_rules[rule].Rule, new MatchedEvent(batch[latest])));
        }
    }

    // Stories have begun to wait for something: perhaps it is there already.
    private void Recall(Func<Finding, IReadOnlyList<FactLikeness>?> found)
    {
        (string Cluster, string Value)[] recalled = [.. _recalled];
        _recalled.Clear();
        foreach (var (cluster, value) in recalled)
        {
            foreach (var batch in _recent.Find(cluster, string.GetHashCode(value)))
            {
                for (var i = 0; i < batch.Count; i++)
                {
                    Match(batch, i, isWaitedFor: true, finding => found(finding.Materialize()), isAnswered: null);
                }
            }
        }
    }

    // Of requests that differ in time alone a few count, and the latest of the batch; and none once their story has been told.
    private void Match(EventBatch batch, int at, bool isWaitedFor, Func<Finding, IReadOnlyList<FactLikeness>?> found, Func<IReadOnlyList<FactLikeness>, AuditEvent, bool>? isAnswered)
    {
        MatchedEvent? match = null;
        for (var i = 0; isWaitedFor && i < _rules.Length; i++)
        {
            var (rule, fields) = _rules[i];
            if (!Matches(rule, batch[at]))
            {
                continue;
            }

            if (isAnswered is null)
            {
                found(new Finding(rule, match ??= new MatchedEvent(batch[at])));
                continue;
            }

            var likeness = _likeness.Of(i, fields, batch[at]);
            if (_known.TryGetValue(likeness, out var known) && isAnswered(known, batch[at]))
            {
                continue;
            }

            ref var alike = ref CollectionsMarshal.GetValueRefOrAddDefault(_alike, likeness, out _);
            alike = (alike.Count + 1, i, at);
            if (alike.Count <= WaitingFacts.MaxAlike && found(new Finding(rule, match ??= new MatchedEvent(batch[at]))) is { } likenesses)
            {
                if (_known.Count == MaxKnown)
                {
                    _known.Clear();
                }

                _known[likeness] = likenesses;
            }
        }
    }

    private void Remember(AuditEvent auditEvent, int at, RequestAccounts accounts, int value)
    {
        accounts.Get(at, out var account, out var time);
        if (time > 0 && _recent.Wants(account, value, time) && Array.Exists(_rules, one => Matches(one.Rule, auditEvent)))
        {
            _recent.Add(account, value, time, auditEvent);
        }
    }

    private static bool Matches(CompiledRule rule, AuditEvent auditEvent) => (rule.SeesRequestReceived || !auditEvent.IsRequestReceived) && rule.Matches(auditEvent);

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
