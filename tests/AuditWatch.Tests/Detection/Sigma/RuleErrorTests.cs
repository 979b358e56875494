namespace AuditWatch.Tests.Detection.Sigma;

/// <summary>What is wrong with a rule is said with its place and what to do; nothing is passed over.</summary>
public class RuleErrorTests
{
    [Theory]
    [InlineData("selection: {verb|contian: x}", "selection", "6:15: error: unknown modifier 'contian'; did you mean 'contains'?")]
    [InlineData("selection: {objctRef.name: x}", "selection", "6:15: error: no audit event has a field 'objctRef.name'; did you mean 'objectRef'?")]
    [InlineData("selection: {objectRef.resorce: pods}", "selection", "no audit event has a field 'objectRef.resorce'; did you mean 'objectRef.resource'?")]
    [InlineData("selection: {user.name: jane}", "selection", "no audit event has a field 'user.name'; did you mean 'user.username'?")]
    [InlineData("selection: {verb|contains|re: x}", "selection", "the modifiers 're' and 'contains' do not go together")]
    [InlineData("selection: {verb|re: '(?=x)'}", "selection", "an attacker could stall the service")]
    [InlineData("selection: {verb|re: '('}", "selection", "not a usable regular expression")]
    [InlineData("selection: {sourceIPs|cidr: 10.0.0.0/33}", "selection", "is not a network")]
    [InlineData("selection: {verb|exists: maybe}", "selection", "'exists' takes true or false")]
    [InlineData("selection: {responseStatus.code|gte: many}", "selection", "'many' is not a number")]
    [InlineData("selection: {verb|all: [x]}", "selection", "needs a list of at least two values")]
    [InlineData("selection: {verb: []}", "selection", "empty list of values")]
    [InlineData("selection: {verb: {a: b}}", "selection", "not a map")]
    [InlineData("selection: {}", "selection", "would match every event")]
    [InlineData("selection: {verb|wide: x}", "selection", "hold no UTF-16")]
    [InlineData("selection: {verb|expand: '%nobody%'}", "selection", "lists/nobody.txt")]
    [InlineData("selection: {verb|expand: nobody}", "selection", "needs a placeholder")]
    [InlineData("selection: {verb|fieldref: objectref.name}", "selection", "no audit event has a field 'objectref.name'")]
    [InlineData("selection: {verb: get}", "selecton", "5:14: error: there is no selection 'selecton'; did you mean 'selection'?")]
    [InlineData("selection: {verb: get}", "selection and", "ends where a selection was expected")]
    [InlineData("selection: {verb: get}", "(selection", "a ')' is missing")]
    [InlineData("selection: {verb: get}", "selection selection", "'selection' was not expected here")]
    [InlineData("selection: {verb: get}", "2 of selection*", "'2 of' is not supported")]
    [InlineData("selection: {verb: get}", "1 of other*", "no selection is named like 'other*'")]
    [InlineData("selection: {verb: get}\n  other: {verb: list}", "selection", "warning: the condition does not use the selection 'other'")]
    public void Parse_BrokenDetection_SaysWhatAndWhere(string selection, string condition, string expected)
    {
        var diagnostics = Rule.Check($"title: A test\nname: test\nlogsource: {{product: kubernetes, service: audit}}\ndetection:\n  condition: {condition}\n  {selection}\n");

        Assert.Contains(expected, string.Join('\n', diagnostics), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_SeveralErrors_AllAtOnce()
    {
        var diagnostics = Rule.Check("""
            titel: A test
            logsource: {product: kubernetes, service: audit}
            level: hgih
            detection:
              selection: {vreb: get, user.username|startwith: x}
              condition: selection
            auditwatch:
              dedup: {by: [actr], window: 1y}
              summary: "{actr} did it"
            """);

        Assert.Equal(8, diagnostics.ErrorCount);
    }

    [Fact]
    public void Parse_RuleForAnotherProduct_SkippedWithNotice()
    {
        var diagnostics = Rule.Check("title: x\nlogsource: {product: windows, category: process_creation}\ndetection: {selection: {CommandLine: x}, condition: selection}");

        Assert.Equal(DiagnosticSeverity.Notice, Assert.Single(diagnostics).Severity);
    }

    [Theory]
    [InlineData("a: [b\n")]
    [InlineData("a: b\na: c\n")]
    [InlineData("\t- x")]
    [InlineData("- just a list")]
    [InlineData("just text")]
    public void Parse_NoRuleAtAll_IsAnError(string yaml) => Assert.True(Rule.Check(yaml).HasErrors);
}
