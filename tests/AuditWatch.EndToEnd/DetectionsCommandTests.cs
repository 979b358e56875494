namespace AuditWatch.EndToEnd;

public sealed class DetectionsCommandTests
{
    [Fact]
    public async Task Check_ShippedDetections_IsFine()
    {
        var result = await Cli.RunAsync("detections", "check");

        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task Check_BrokenRule_ExitsWith1AndSaysWhere()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("broken.yml", Rules.Low.Replace("condition: selection", "condition: selektion", StringComparison.Ordinal));

        var result = await Cli.RunAsync("detections", "check", folder.ToString());

        Assert.Equal(1, result.ExitCode);
        Assert.Matches($@"{file}:11:\d+: error: ", result.Out);
    }

    [Fact]
    public async Task Test_ShippedDetections_Pass()
    {
        var result = await Cli.RunAsync("detections", "test");

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"\d+ passed, 0 failed", result.Out);
    }

    [Fact]
    public async Task Test_TestThatFails_ExitsWith1AndNamesIt()
    {
        using var folder = new TemporaryFolder();
        folder.Write("rule.yml", Rules.Low);
        folder.Write(
            "rule.tests.yml",
            """
            defaults: {verb: create, objectRef: {resource: namespaces, name: other}}
            tests:
              - name: another namespace fires too
                fires: true
                event: {}
            """);

        var result = await Cli.RunAsync("detections", "test", folder.ToString());

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("another namespace fires too", result.Out, StringComparison.Ordinal);
        Assert.Contains("0 passed, 1 failed", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_ShippedDetections_NamesThemAll()
    {
        var result = await Cli.RunAsync("detections", "list");

        Assert.Equal(0, result.ExitCode);
        Assert.All(SampleAttacks.All, attack => Assert.Contains(attack.Detection, result.Out, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scan_BrokenRule_IsAConfigurationErrorThatSaysWhere()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("broken.yml", "title: [");

        var result = await Cli.RunAsync("scan", Sample.Path, "--detections", folder.ToString());

        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.Contains($"{file}:", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scan_BuiltinAndAFolder_RunsBoth()
    {
        using var folder = new TemporaryFolder();
        folder.Write("rule.yml", Rules.Low);

        var result = await Cli.RunAsync("scan", Sample.Path, "--detections", "builtin", "--detections", folder.ToString(), "--format", "json");

        var builtin = await Sample.ScanAsync();
        var own = Assert.Single(AlertLine.Parse(result).Except(builtin));
        Assert.Equal(("namespace_payments_created", "low", builtin.Count + 1), (own.Detection, own.Level, result.OutLines.Length));
    }

    [Fact]
    public async Task Test_CopyOfShippedRuleUnderANewName_TakesTheTestsBesideItAsItsOwn()
    {
        using var folder = new TemporaryFolder();
        var shipped = Path.Combine(AppContext.BaseDirectory, "detections", "execution", "exec_into_pod");
        folder.Write("my_exec.yml", (await File.ReadAllTextAsync(shipped + ".yml")).Replace("name: exec_into_pod", "name: exec_in_payments", StringComparison.Ordinal));
        folder.Write("my_exec.tests.yml", await File.ReadAllTextAsync(shipped + ".tests.yml"));

        var check = await Cli.RunAsync("detections", "check", folder.ToString());
        var test = await Cli.RunAsync("detections", "test", folder.ToString());

        Assert.Equal((0, ""), (check.ExitCode, check.Out));
        Assert.Equal((0, ""), (test.ExitCode, test.Error));
        Assert.Matches(@"^[1-9]\d* passed, 0 failed", test.Out);
    }

    [Theory]
    [InlineData("correlation:", "'correlation' is empty")]
    [InlineData("corelation: {type: event_count}", "unknown key 'corelation'; did you mean 'correlation'?")]
    [InlineData("correlation: {type: event_cuont, rules: [a], timespan: 5m, condition: {gte: 2}}", "unknown correlation type 'event_cuont'; did you mean 'event_count'?")]
    public async Task Check_ErrorInCorrelation_IsAllThatIsSaid(string section, string problem)
    {
        using var folder = new TemporaryFolder();
        folder.Write("rule.yml", $"title: x\nname: x\n{section}\n");

        var result = await Cli.RunAsync("detections", "check", folder.ToString());

        Assert.Contains(problem, Assert.Single(result.OutLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_CorrelationOfRuleWithErrors_IsNotToldThatTheRuleIsMissing()
    {
        using var folder = new TemporaryFolder();
        folder.Write("rule.yml", Rules.Low.Replace("objectRef.name", "objektRef.name", StringComparison.Ordinal)
            + "\n---\ntitle: x\nname: x\ncorrelation: {type: event_count, rules: [namespace_payments_created], timespan: 5m, condition: {gte: 2}}\n");

        var result = await Cli.RunAsync("detections", "check", folder.ToString());

        Assert.Contains("refers to 'namespace_payments_created', which cannot be used", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("not there", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_FilterOfShippedRuleAlone_SaysHowToLoadBoth()
    {
        using var folder = new TemporaryFolder();
        folder.Write("f.yml", "title: x\nlogsource: {product: kubernetes, service: audit}\nfilter:\n  rules: [exec_into_pod]\n  bot: {user.username: bot@example.com}\n  condition: not bot\n");

        var alone = await Cli.RunAsync("detections", "check", folder.ToString());
        var both = await Cli.RunAsync("detections", "check", "builtin", folder.ToString());

        Assert.Contains("load 'builtin' as well", alone.Out, StringComparison.Ordinal);
        Assert.Equal((1, 0), (alone.ExitCode, both.ExitCode));
    }

    [Theory]
    [InlineData("objectRef.resource: pod", "did you mean 'pods'?")]
    [InlineData("objectRef.resource: pods/exec", "write 'objectRef.resource: pods' and 'objectRef.subresource: exec'")]
    [InlineData("podSpec.hostPId: true", "did you mean 'hostPID'?")]
    public async Task Check_NearlyANameOfKubernetes_SaysWhatIsMeant(string clause, string problem)
    {
        using var folder = new TemporaryFolder();
        folder.Write("rule.yml", Rules.Low.Replace("objectRef.resource: namespaces", clause, StringComparison.Ordinal));

        var result = await Cli.RunAsync("detections", "check", folder.ToString());

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(problem, result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_SingleFileWithAList_FindsTheListOfItsFolder()
    {
        using var folder = new TemporaryFolder();
        folder.Write("lists/mine.txt", "payments\n");
        var file = folder.Write("tactic/rule.yml", Rules.Low.Replace("objectRef.name: payments", "objectRef.name|expand: '%mine%'", StringComparison.Ordinal));

        var result = await Cli.RunAsync("detections", "check", file);

        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task Check_MistypedFieldInTestEvent_IsAnErrorWithItsPlace()
    {
        using var folder = new TemporaryFolder();
        folder.Write("rule.yml", Rules.Low);
        var file = folder.Write("rule.tests.yml", "defaults: {verb: create}\ntests:\n  - name: x\n    fires: false\n    event: {user: {usrname: jane}}\n");

        var result = await Cli.RunAsync("detections", "check", folder.ToString());

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"{file}:5:20: error: no audit event has a field 'user.usrname'; did you mean 'user.username'?", result.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--like", "exec_into_pod")]
    [InlineData("--like", "secret_read_burst")]
    [InlineData("--like", "attack_tool_image")]
    [InlineData]
    public async Task New_RuleAndTests_PassBesideTheShippedOnes(params string[] options)
    {
        using var folder = new TemporaryFolder();

        var written = await Cli.RunAsync(["detections", "new", folder["rules/mine"], .. options]);
        var check = await Cli.RunAsync("detections", "check", "builtin", folder["rules"]);
        var again = await Cli.RunAsync("detections", "new", folder["rules/mine"]);

        Assert.Equal((0, ""), (written.ExitCode, written.ExitCode == 0 ? "" : written.Error));
        Assert.Matches(@"^([1-9]\d*) of \1 tests pass", written.Error);
        Assert.Equal((0, ""), (check.ExitCode, check.Out));
        Assert.Equal((2, $"{folder["rules/mine"]}.yml is there already"), (again.ExitCode, again.Error.Trim()));
    }

    [Fact]
    public async Task New_FromEvent_FiresForItAndCopiesNoBody()
    {
        using var folder = new TemporaryFolder();
        var log = folder.Write("audit.log", """{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"id-1","stage":"ResponseComplete","verb":"create","user":{"username":"o'\"brien: {x}"},"userAgent":"a*?\\n","sourceIPs":["203.0.113.7"],"requestURI":"/api/v1/namespaces/web/secrets","objectRef":{"resource":"secrets","namespace":"web"},"requestObject":{"kind":"Secret","data":{"k":"aHVudGVyMg=="}},"responseStatus":{"code":201},"requestReceivedTimestamp":"2026-01-01T00:00:00.000000Z"}""" + "\n");

        var written = await Cli.RunAsync("detections", "new", folder["seen"], "--from-event", log + ":id-1");

        Assert.Equal(0, written.ExitCode);
        Assert.StartsWith("3 of 3 tests pass", written.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("aHVudGVyMg", await File.ReadAllTextAsync(folder["seen.tests.yml"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_ShippedRule_HasItsTestsConditionAndFields()
    {
        var result = await Cli.RunAsync("detections", "show", "exec_into_pod");
        var unknown = await Cli.RunAsync("detections", "show", "exec_into_pot");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("objectRef.subresource: 'exec'", result.Out, StringComparison.Ordinal);
        Assert.Contains("    fires  ", result.Out, StringComparison.Ordinal);
        Assert.Contains("  reads\n", result.Out, StringComparison.Ordinal);
        Assert.Equal((2, "there is no detection 'exec_into_pot'; did you mean 'exec_into_pod'?"), (unknown.ExitCode, unknown.Error.Trim()));
    }
}
