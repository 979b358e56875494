using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;

namespace AuditWatch.Composites;

/// <summary>
/// How the facts of a composite find each other without looking at all of them: every two steps that have variables in common by equality are
/// joined by a key made of their values. From the step that a new finding is of, the others are reached hop by hop, the nearest first:
/// <code>
///   made {role}   bound {role, binding}   used {binding}
///   a finding of used:  used --binding--> bound --role--> made
/// </code>
/// What is not joined by equality shares the cluster alone. Immutable.
/// </summary>
internal sealed class CompositePlan
{
    private readonly List<StepIndex>[] _indexes;
    private readonly Hop[][] _hops;

    /// <param name="rule">The composite.</param>
    /// <param name="detections">The set it is in.</param>
    public CompositePlan(DetectionRule rule, DetectionSet detections)
    {
        Rule = rule;
        Definition = rule.Composite!;
        Parts = [.. Definition.Parts];
        Positive = [.. Enumerable.Range(0, Parts.Length).Where(i => !Parts[i].IsNot && Parts[i] != Definition.Until)];
        Awaited = detections.ReferencedBy(rule).Any(other => other.IsAwaited && Parts[Last].Rules.Any(one => one.IsTo(other))) ? Last : -1;
        _indexes = [.. Parts.Select(_ => new List<StepIndex>())];
        _hops = [.. Enumerable.Range(0, Parts.Length).Select(HopsFrom)];
    }

    public DetectionRule Rule { get; }

    public CompositeDefinition Definition { get; }

    /// <summary>The steps, and last what ends the story, if anything does.</summary>
    public CompositeStep[] Parts { get; }

    /// <summary>The places of the steps that must have findings, in their order.</summary>
    public int[] Positive { get; }

    public int First => Positive[0];

    public int Last => Positive[^1];

    /// <summary>The part whose requests are looked for only once everything else is there; -1 if none is.</summary>
    public int Awaited { get; }

    /// <summary>Whether findings of the part must be there.</summary>
    public bool IsPositive(int part) => Positive.Contains(part);

    /// <summary>The keys that facts of a part are found by.</summary>
    public List<StepIndex> IndexesOf(int part) => _indexes[part];

    /// <summary>The way from a fact of a part to those of all others.</summary>
    public Hop[] From(int part) => _hops[part];

    /// <summary>Where a variable is bound: the part, and the place among its values.</summary>
    public (int Part, int Place) Binding(string variable)
    {
        foreach (var part in Positive)
        {
            for (var place = 0; place < Parts[part].Variables.Count; place++)
            {
                if (Parts[part].Variables[place] is { Binds: true } use && use.Variable == variable)
                {
                    return (part, place);
                }
            }
        }

        throw new ArgumentException($"nothing binds {variable}", nameof(variable));
    }

    /// <summary>Whether any other part compares with what a part binds.</summary>
    public bool IsCompared(VariableUse binding) => Parts.Any(part => part.Variables.Any(use => use != binding && use.Variable == binding.Variable));

    // Steps that must be there come first: if there is none, nothing else is looked for.
    private Hop[] HopsFrom(int start)
    {
        var hops = new List<Hop>();
        var reached = new List<int> { start };
        foreach (var group in new[] { Positive, [.. Enumerable.Range(0, Parts.Length).Except(Positive)] })
        {
            var missing = group.Where(part => part != start).ToList();
            while (missing.Count > 0)
            {
                var best = missing
                    .SelectMany(_ => reached, (part, from) => (Part: part, From: from, Variables: Shared(from, part)))
                    .MaxBy(way => way.Part == Awaited ? -1 : way.Variables.Count);
                hops.Add(new Hop(best.Part, best.From, [.. best.Variables.Select(name => PlaceOf(best.From, name))], IndexOf(best.Part, best.Variables)));
                missing.Remove(best.Part);
                if (IsPositive(best.Part))
                {
                    reached.Add(best.Part);
                }
            }
        }

        return [.. hops];
    }

    private List<string> Shared(int a, int b) => [.. Joins(a).Intersect(Joins(b)).Order(StringComparer.Ordinal)];

    private IEnumerable<string> Joins(int part) => Parts[part].Variables.Where(use => use.How == JoinOperator.EqualTo).Select(use => use.Variable);

    private int PlaceOf(int part, string variable) => Parts[part].Variables.TakeWhile(use => use.How != JoinOperator.EqualTo || use.Variable != variable).Count();

    private StepIndex IndexOf(int part, List<string> variables)
    {
        var index = _indexes[part].Find(known => known.Variables.SequenceEqual(variables));
        if (index is null)
        {
            index = new StepIndex(_indexes.Sum(known => known.Count), variables, [.. variables.Select(name => PlaceOf(part, name))]);
            _indexes[part].Add(index);
        }

        return index;
    }
}

/// <summary>Facts of a part by the values of some of its variables.</summary>
/// <param name="Number">Tells it from the others of the composite.</param>
/// <param name="Variables">The variables.</param>
/// <param name="Places">Where their values are in a fact of the part.</param>
internal sealed record StepIndex(int Number, IReadOnlyList<string> Variables, int[] Places);

/// <summary>The way from facts of one part to those of another that have the same values.</summary>
/// <param name="To">The part that is reached.</param>
/// <param name="From">A part that has been reached before.</param>
/// <param name="Places">Where the values are in a fact of that part.</param>
/// <param name="Index">The index of the part that is reached.</param>
internal sealed record Hop(int To, int From, int[] Places, StepIndex Index);
