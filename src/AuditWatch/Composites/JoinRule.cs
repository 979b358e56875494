using System.Linq.Expressions;
using System.Reflection;
using NRules;
using NRules.RuleModel;
using NRules.RuleModel.Builders;

namespace AuditWatch.Composites;

/// <summary>
/// A composite as a rule of NRules: a pattern for each step that must have a finding, joined with those before it; a Not for each step that must have
/// none, and for what ends the story. A session sees the few facts of one search and no others, for NRules joins by looking at every pair
/// (NRules/NRules, issues 148, 201, 372). Compiled when it is first needed, or by <see cref="Compiled"/>. Not thread-safe.
/// </summary>
internal sealed class JoinRule
{
    private readonly CompositePlan _plan;
    private readonly List<StepFact[]> _matches = [];
    private readonly Lazy<Task<ISessionFactory>> _factory;
    private ISession? _idle;

    public JoinRule(CompositePlan plan)
    {
        _plan = plan;
        _factory = new Lazy<Task<ISessionFactory>>(() => Task.Run(Compile));
    }

    /// <summary>Completes when the rule can be asked. Compiles it on another thread.</summary>
    public Task Compiled => _factory.Value;

    /// <summary>All stories that the facts make: a fact for each step that must have one, in the order of the steps.</summary>
    public IReadOnlyList<StepFact[]> Match(List<List<StepFact>> facts)
    {
        _matches.Clear();
        StepFact[] all = [.. facts.SelectMany(list => list)];
        var session = _idle ?? _factory.Value.GetAwaiter().GetResult().CreateSession();
        // Not used again if it fails: nobody knows what would be left in it.
        _idle = null;
        session.InsertAll(all);
        session.Fire();
        session.RetractAll(all);
        _idle = session;
        return [.. _matches];
    }

    private ISessionFactory Compile()
    {
        var rule = new RuleBuilder();
        rule.Name(_plan.Rule.Name);
        var facts = new Dictionary<int, ParameterExpression>();
        foreach (var part in _plan.Positive)
        {
            facts[part] = Parameter(part);
            Describe(rule.LeftHandSide().Pattern(typeof(StepFact), facts[part].Name), part, facts, Together(part, facts));
        }

        foreach (var part in Enumerable.Range(0, _plan.Parts.Length).Except(_plan.Positive))
        {
            var all = new Dictionary<int, ParameterExpression>(facts) { [part] = Parameter(part) };
            Describe(rule.LeftHandSide().Not().Pattern(typeof(StepFact), all[part].Name), part, all, _plan.Parts[part].IsNot ? Apart(part, all) : [Over(part, all)]);
        }

        var context = Expression.Parameter(typeof(IContext), "context");
        var story = Expression.NewArrayInit(typeof(StepFact), facts.Values);
        rule.RightHandSide().Action(Expression.Lambda(Expression.Call(Expression.Constant(_matches), nameof(List<>.Add), null, story), [context, .. facts.Values]));
        return new RuleCompiler().Compile([rule.Build()]);
    }

    // NRules tells a condition's facts by the names of its parameters.
    private static ParameterExpression Parameter(int part) => Expression.Parameter(typeof(StepFact), $"step{part}");

    private void Describe(PatternBuilder pattern, int part, Dictionary<int, ParameterExpression> facts, IEnumerable<Expression> times)
    {
        var fact = facts[part];
        Add(Expression.Equal(Expression.Property(fact, nameof(StepFact.Step)), Expression.Constant(part)));
        for (var place = 0; place < _plan.Parts[part].Variables.Count; place++)
        {
            var use = _plan.Parts[part].Variables[place];
            if (!use.Binds)
            {
                var (binding, bindingPlace) = _plan.Binding(use.Variable);
                Add(Call(nameof(JoinConditions.Holds), fact, Expression.Constant(place), Expression.Constant(use.How), facts[binding], Expression.Constant(bindingPlace)));
            }
        }

        foreach (var condition in times)
        {
            Add(condition);
        }

        foreach (var other in facts.Where(other => other.Key != part && Overlap(part, other.Key)))
        {
            Add(Call(nameof(JoinConditions.Differ), fact, other.Value));
        }

        void Add(Expression condition) => pattern.Condition(Expression.Lambda(condition, facts.Values.Where(Uses(condition).Contains)));
    }

    // Whether one finding could be of both.
    private bool Overlap(int a, int b) => _plan.Parts[a].Rules.Any(rule => _plan.Parts[b].Rules.Any(other => other.Text == rule.Text));

    // Of a step that must have a finding, with those before it.
    private IEnumerable<Expression> Together(int part, Dictionary<int, ParameterExpression> facts)
    {
        var before = facts.Keys.Where(other => other != part).ToList();
        if (before.Count == 0)
        {
            return [];
        }

        if (!_plan.Definition.IsOrdered)
        {
            return before.Select(other => Call(nameof(JoinConditions.IsNear), facts[part], facts[other], Ticks(_plan.Definition.Within)));
        }

        return
        [
            Call(nameof(JoinConditions.Follows), facts[part], facts[before[^1]], Ticks(_plan.Parts[part].Within ?? _plan.Definition.Within)),
            Call(nameof(JoinConditions.Follows), facts[part], facts[before[0]], Ticks(_plan.Definition.Within)),
        ];
    }

    // Where a finding of a step that must have none would be in the way.
    private IEnumerable<Expression> Apart(int part, Dictionary<int, ParameterExpression> facts)
    {
        var (within, step) = (_plan.Definition.Within, _plan.Parts[part]);
        if (!_plan.Definition.IsOrdered || step.IsAnywhere)
        {
            return _plan.Positive.Select(other => Call(nameof(JoinConditions.IsNear), facts[part], facts[other], Ticks(within)));
        }

        if (part < _plan.First)
        {
            return [Call(nameof(JoinConditions.IsAfter), facts[_plan.First], facts[part], Ticks(step.Within ?? within))];
        }

        var previous = _plan.Positive.Last(other => other < part);
        if (part > _plan.Last)
        {
            return step.Within is { } after
                ? [Call(nameof(JoinConditions.IsAfter), facts[part], facts[previous], Ticks(after))]
                :
                [
                    Call(nameof(JoinConditions.IsAfter), facts[part], facts[previous], Ticks(within)),
                    Call(nameof(JoinConditions.Follows), facts[part], facts[_plan.First], Ticks(within)),
                ];
        }

        var next = _plan.Positive.First(other => other > part);
        return
        [
            Call(nameof(JoinConditions.IsAfter), facts[part], facts[previous], Ticks(step.Within ?? within)),
            Call(nameof(JoinConditions.IsAfter), facts[next], facts[part], Ticks(within)),
        ];
    }

    private MethodCallExpression Over(int part, Dictionary<int, ParameterExpression> facts) =>
        Call(nameof(JoinConditions.Ends), facts[part], Expression.NewArrayInit(typeof(StepFact), _plan.Positive.Select(other => facts[other])));

    private static ConstantExpression Ticks(TimeSpan time) => Expression.Constant(time.Ticks);

    private static MethodCallExpression Call(string condition, params Expression[] arguments) =>
        Expression.Call(typeof(JoinConditions).GetMethod(condition, BindingFlags.Public | BindingFlags.Static)!, arguments);

    private static HashSet<ParameterExpression> Uses(Expression condition)
    {
        var found = new ParameterFinder();
        found.Visit(condition);
        return found.Found;
    }

    private sealed class ParameterFinder : ExpressionVisitor
    {
        public HashSet<ParameterExpression> Found { get; } = [];

        protected override Expression VisitParameter(ParameterExpression node)
        {
            Found.Add(node);
            return node;
        }
    }
}
