namespace AuditWatch.Tests.Composites;

/// <summary>What is wrong with a composite is said with its place and what to do; nothing is passed over.</summary>
public class CompositeErrorTests
{
    private const string Good = "- made: {rule: a, match: {objectRef.name: $role}}\n- used: {rule: b, match: {objectRef.name: $role}}";

    [Theory]
    [InlineData("- made: {rule: x, match: {objectRef.name: $role}}\n- used: {rule: b, match: {objectRef.name: $role}}", "6:20: error: the step 'made' refers to a detection 'x' that is not there; did you mean 'a'?")]
    [InlineData("- made: {rule: story}\n- used: {rule: b}", "'story' is a composite; steps are rules and correlations")]
    [InlineData("- made: {rule: a, match: {objctRef.name: $role}}\n- used: {rule: b, match: {objectRef.name: $role}}", "6:31: error: no audit event has a field 'objctRef.name'; did you mean 'objectRef'?")]
    [InlineData("- made: {rule: a, match: {objectRef.name: $ro-le}}\n- used: {rule: b}", "'$ro-le' is no variable")]
    [InlineData("- made: {rule: a, match: {objectRef.name: [$role]}}\n- used: {rule: b}", "a variable stands alone, not in a list")]
    [InlineData("- made: {rule: a, match: {objectRef.name|re: $role}}\n- used: {rule: b}", "'re' does not compare with a variable")]
    [InlineData("- made: {rule: a, match: {objectRef.name|startswith: $role}}\n- used: {rule: b, match: {objectRef.name: $role}}", "$role gets its value here, and there is nothing yet to compare with")]
    [InlineData("- made: {rule: a, match: {objectRef.name: $role, verb: $role}}\n- used: {rule: b, match: {objectRef.name: $role}}", "6:54: error: $role is bound twice in the step 'made'")]
    [InlineData("- made: {rule: a, match: {objectRef.name: $role}}\n- none: {not: b, match: {objectRef.name: $rol}}", "7:30: error: nothing gives $rol a value: only 'not' and 'until' name it; did you mean '$role'?")]
    [InlineData("- made: {rule: a, match: {objectRef.name: $role}}\n- used: {rule: b, match: {objectRef.name: $rol}}", "warning: $rol is used once, and nowhere shown; did you mean '$role'?")]
    [InlineData("- made: {rule: a, match: {objectRef.name: $role}}\n- used: {rule: b, match: {verb: get}}", "7:7: warning: nothing but the cluster joins the step 'used' with the others")]
    [InlineData("- w: {rule: a, match: {verb: $v}}\n- x: {rule: b, match: {verb: $v}}\n- y: {rule: c, match: {actor: $a}}\n- z: {rule: d, match: {actor: $a}}", "8:7: warning: nothing but the cluster joins the steps 'y', 'z' with the others")]
    [InlineData("- w: {rule: a, match: {verb: $v, actor: $a}}\n- x: {rule: b, match: {verb: $v}}\n- y: {rule: c, match: {actor|startswith: $a}}", "8:7: warning: nothing but the cluster joins the step 'y' with the others")]
    [InlineData("- made: {rule: a}", "a composite has 2 to 8 steps")]
    [InlineData("- made: {not: a}\n- used: {not: b}", "every step is a 'not'")]
    [InlineData("- made: {rule: a}\n- x: {not: b}\n- y: {not: c}", "'x' and 'y' are both 'not', and nothing is between them")]
    [InlineData("- made: {rule: a, not: b}\n- used: {rule: b}", "has both 'rule' and 'not'")]
    [InlineData("- made: {}\n- used: {rule: b}", "the step 'made' needs the detections whose findings it takes")]
    [InlineData("- {made: {rule: a}, used: {rule: b}}", "a step is a map of one key, its name")]
    [InlineData("- made: {rule: a}\n- made: {rule: b}", "the step 'made' is there twice")]
    [InlineData("- made: {rule: a, within: 1h}\n- used: {rule: b}", "nothing is before the step 'made'")]
    [InlineData("- made: {rule: a}\n- used: {rule: b, within: 2d}", "the step 'used' may take longer than the whole story")]
    [InlineData("- made: {rule: a}\n- used: {rule: b, math: {}}", "unknown key 'math'; did you mean 'match'?")]
    [InlineData("- made: {rule: a, match: {objectRef|any: {name: x}}}\n- used: {rule: b}", "a step looks at fields of findings")]
    public void Load_BrokenSteps_SaysWhatAndWhere(string steps, string expected) =>
        Assert.Contains(expected, Said($"within: 24h\nsteps:\n  {steps.ReplaceLineEndings("\n  ")}"), StringComparison.Ordinal);

    // By a step between them, or by one that comes later.
    [Theory]
    [InlineData("- w: {rule: a, match: {verb: $v}}\n- x: {rule: b, match: {verb: $v, actor: $a}}\n- y: {rule: c, match: {actor: $a}}")]
    [InlineData("- w: {rule: a, match: {verb: $v}}\n- x: {rule: b, match: {actor: $a}}\n- y: {rule: c, match: {verb: $v, actor: $a}}")]
    public void Load_StepsThatAreJoinedThroughEachOther_SaysNothing(string steps) => Assert.Empty(Said($"within: 24h\nsteps:\n  {steps.ReplaceLineEndings("\n  ")}"));

    [Theory]
    [InlineData("auditwatch: {summary: '{$who} did it'}", "no step binds '$who'")]
    [InlineData("auditwatch: {summary: '{made.vreb}'}", "no audit event has a field 'vreb'; did you mean 'verb'?")]
    [InlineData("auditwatch: {dedup: {by: [$rol]}}", "no step binds '$rol'; did you mean '$role'?")]
    [InlineData("auditwatch: {deniedLevel: low}", "'deniedLevel' belongs to a rule on single events")]
    [InlineData("auditwatch: {awaited: true}", "'awaited' belongs to rules on single events")]
    public void Load_BrokenBlock_SaysWhat(string block, string expected) =>
        Assert.Contains(expected, Said($"within: 24h\nsteps:\n  {Good.ReplaceLineEndings("\n  ")}", block), StringComparison.Ordinal);

    [Fact]
    public void Load_WithoutWithin_IsAnError() => Assert.Contains("'within' is missing", Said($"steps:\n  {Good.ReplaceLineEndings("\n  ")}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("- made: {rule: often, match: {objectRef.name: $role}}\n- used: {rule: b, match: {objectRef.name: $role}}", "its group-by only: 'objectRef.name' is not among that")]
    [InlineData("- made: {rule: all, match: {objectRef.name: $role}}\n- used: {rule: b, match: {objectRef.name: $role}}", "'all' is awaited: it is looked for once everything else is there")]
    [InlineData("- made: {rule: a, match: {objectRef.name: $role}}\n- used: {rule: all, match: {verb: get}}", "'all' is awaited: the step needs a field that equals a variable")]
    public void Load_StepThatCannotBe_SaysWhy(string steps, string expected) => Assert.Contains(
        expected,
        string.Join('\n', CompositeSets.TryLoad(
            CompositeSets.Document($"within: 24h\nsteps:\n  {steps.ReplaceLineEndings("\n  ")}"),
            "title: often\nname: often\ncorrelation: {type: event_count, rules: [c], group-by: [actor], timespan: 5m, condition: {gte: 5}}\n",
            "title: all\nname: all\nlogsource: {product: kubernetes, service: audit}\ndetection: {s: {verb: '*'}, condition: s}\nauditwatch: {awaited: true}\n").Said),
        StringComparison.Ordinal);

    private static string Said(string section, string rest = "") => string.Join('\n', CompositeSets.TryLoad(CompositeSets.Document(section, rest)).Said);
}
