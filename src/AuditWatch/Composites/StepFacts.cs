using System.Text;
using AuditWatch.Detection;
using AuditWatch.Detection.Matching;
using AuditWatch.Detection.Sigma;
using AuditWatch.Events;
using AuditWatch.Events.Json;

namespace AuditWatch.Composites;

/// <summary>Makes a step's facts of a finding: one, or one for each value of a field that binds a variable others compare with. Immutable.</summary>
internal sealed class StepFacts
{
    // More subjects in one binding than this are no longer told apart.
    private const int MaxFacts = EventValues.MaxValues;
    private const int MaxShown = 10;

    private readonly int _step;
    private readonly CompositeStep _part;
    private readonly bool[] _expands;
    private readonly Func<Finding, bool> _test;

    public StepFacts(CompositePlan plan, int step)
    {
        _step = step;
        _part = plan.Parts[step];
        _expands = [.. _part.Variables.Select(use => use.Binds && plan.IsCompared(use))];
        _test = _part.Test is { } test ? Compile(test) : _ => true;
    }

    /// <summary>Adds the facts; none if the finding is not what the step asks for.</summary>
    /// <param name="facts">Gets them.</param>
    /// <param name="kept">The finding.</param>
    public void Add(List<StepFact> facts, KeptFinding kept)
    {
        if (!_test(kept.Finding))
        {
            return;
        }

        var values = new IReadOnlyList<string>[_part.Variables.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var use = _part.Variables[i];
            values[i] = Values(kept.Finding, use.FieldIn(kept.Finding.Detection));
            if (values[i].Count == 0 && use.How != JoinOperator.NotEqualTo)
            {
                return;
            }

            if (use.Binds && !_expands[i] && values[i].Count > 1)
            {
                values[i] = [string.Join(", ", values[i].Take(MaxShown)) + (values[i].Count > MaxShown ? ", …" : "")];
            }
        }

        Expand(facts, kept, values, 0, facts.Count + MaxFacts);
    }

    private void Expand(List<StepFact> facts, KeptFinding kept, IReadOnlyList<string>[] values, int from, int most)
    {
        for (var i = from; i < values.Length; i++)
        {
            if (_expands[i] && values[i].Count > 1)
            {
                for (var value = 0; value < values[i].Count && facts.Count < most; value++)
                {
                    var one = (IReadOnlyList<string>[])values.Clone();
                    one[i] = [values[i][value]];
                    Expand(facts, kept, one, i + 1, most);
                }

                return;
            }
        }

        if (facts.Count < most)
        {
            facts.Add(new StepFact { Step = _step, Time = kept.Time, Values = values, Source = kept });
        }
    }

    private static IReadOnlyList<string> Values(Finding finding, string field)
    {
        for (var i = 0; i < finding.Values.Count; i++)
        {
            if (finding.Values[i].Key == field)
            {
                return finding.Values[i].Value;
            }
        }

        return [];
    }

    // A finding outlives its event: what is asked of it is asked of the values that it carries.
    private static Func<Finding, bool> Compile(Expression expression)
    {
        switch (expression)
        {
            case Expression.And all:
                var every = all.Parts.Select(Compile).ToArray();
                return finding => Array.TrueForAll(every, part => part(finding));
            case Expression.Or any:
                var some = any.Parts.Select(Compile).ToArray();
                return finding => Array.Exists(some, part => part(finding));
            case Expression.Not negation:
                var denied = Compile(negation.Part);
                return finding => !denied(finding);
            case Expression.Field { Test: ValueTest.Null } field:
                return finding => Values(finding, field.Path).Count == 0;
            case Expression.Field { Test: ValueTest.Existence test } field:
                return finding => Values(finding, field.Path).Count > 0 == test.Expected;
            case Expression.Field { Test: ValueTest.FieldReference test } field:
                return finding => Values(finding, field.Path).Any(a => Values(finding, test.Other).Any(b => FieldReferenceMatcher.Holds(a, b, test)));
            case Expression.Field field:
                var matcher = MatcherCompiler.Value(field.Test);
                return finding => Values(finding, field.Path).Any(value => matcher.Visit(JsonValue.Text(Encoding.UTF8.GetBytes(value))));
            default:
                throw new ArgumentOutOfRangeException(nameof(expression));
        }
    }
}
