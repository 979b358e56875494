using AuditWatch.EndToEnd.Run;

namespace AuditWatch.EndToEnd.Attack;

/// <summary>Somebody has found an event that a stage fails on (<see cref="StartupHook"/>), and sends it beside what is to be hidden: it costs itself, for the rules that fail on it, and is told.</summary>
public sealed class DefectTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DefectTests() => _folder.Write("rules/rules.yml", """
        title: A condition that fails
        name: shaky_condition
        status: test
        level: low
        logsource: {product: kubernetes, service: audit}
        detection: {selection: {verb: create, request.kind: create pods}, condition: selection}
        ---
        title: A summary that fails
        name: shaky_summary
        status: test
        level: low
        logsource: {product: kubernetes, service: audit}
        detection: {selection: {verb: create}, condition: selection}
        auditwatch: {summary: '{actor} made a {request.kind}'}
        ---
        title: What is to be hidden
        name: hidden
        status: test
        level: high
        logsource: {product: kubernetes, service: audit}
        detection: {selection: {verb: create, objectRef.resource: pods}, condition: selection}
        """);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Scan_RuleAndSummaryFailOnAnEvent_ExitsWith1AndFindsTheRest()
    {
        var log = _folder.Write("audit.log", Events);

        var sound = await Cli.RunAsync("scan", log, "--detections", _folder["rules"]);
        var result = await Cli.RunProcessAsync("/usr/bin/env", [], $"{StartupHook.Variable.Name}={StartupHook.Variable.Value}", Cli.Executable, "scan", log, "--detections", _folder["rules"], "--findings");

        Assert.Equal((0, false), (sound.ExitCode, sound.Out.Contains("auditwatch_event_failed", StringComparison.Ordinal)));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("2 events could not be judged by every detection, because AuditWatch failed there: see the alerts auditwatch_event_failed", result.Error, StringComparison.Ordinal);
        Assert.Equal(["jane", "mallory"], Found("hidden"));
        Assert.Equal(["jane"], Found("shaky_condition"));
        Assert.Equal(["jane"], Found("shaky_summary"));

        IEnumerable<string> Found(string detection) => new[] { "jane", "mallory" }.Where(user => result.OutLines.Any(line => line.Contains(detection, StringComparison.Ordinal) && line.Contains(user, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Run_RuleAndSummaryFailOnAnEvent_IsAcknowledgedToldAndNoted()
    {
        await using var service = await Service.StartWithAsync(StartupHook.Variable, "--config", _folder.Write("auditwatch.yaml", "detections: [rules]\nstate: {directory: state}\n"));

        await service.PostAsync(Events);

        await service.UntilAsync("the alerts", () => Task.FromResult(service.Alerts.Any(alert => alert.Detection == "auditwatch_event_failed")));
        Assert.Equal(2, service.Alerts.Count(alert => alert.Detection == "hidden"));
        Assert.Equal(2, await service.MetricAsync("auditwatch_event_failures_total"));
        var rejected = await File.ReadAllLinesAsync(_folder["state/rejected-events.jsonl"]);
        Assert.Single(rejected, line => line.Contains("lost in the stage detection", StringComparison.Ordinal) && line.Contains("shaky_condition", StringComparison.Ordinal));
        Assert.Single(rejected, line => line.Contains("lost in the stage alert", StringComparison.Ordinal) && line.Contains("shaky_summary", StringComparison.Ordinal));
    }

    private static string Events => Pod("jane", 1) + "\n" + Pod("mallory", 2) + "\n";

    private static string Pod(string user, int second) => $$$"""
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"{{{user}}}","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/web/pods","verb":"create","user":{"username":"{{{user}}}"},"sourceIPs":["203.0.113.7"],"objectRef":{"resource":"pods","namespace":"web","name":"of-{{{user}}}","apiVersion":"v1"},"responseStatus":{"code":201},"requestObject":{"kind":"Pod","apiVersion":"v1","spec":{}},"requestReceivedTimestamp":"2026-11-21T00:00:0{{{second}}}.000000Z","stageTimestamp":"2026-11-21T00:00:0{{{second}}}.000000Z"}
        """;
}
