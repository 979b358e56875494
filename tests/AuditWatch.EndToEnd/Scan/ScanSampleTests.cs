using System.Text.Json;
using System.Text.RegularExpressions;

namespace AuditWatch.EndToEnd.Scan;

[TakesLong]
public sealed class ScanSampleTests
{
    [Fact]
    public async Task Scan_RealLog_RaisesAnAlertForEachAttack()
    {
        var alerts = await Sample.ScanAsync();

        Assert.Empty(SampleAttacks.All.Except(alerts.Select(alert => (alert.Detection, alert.Actor))));
        Assert.Distinct(alerts.Select(alert => alert.Fingerprint));
        Assert.Distinct(alerts.Select(alert => alert.Id));
        Assert.Equal(36, alerts.Single(alert => alert.Detection == "forbidden_burst").Count);
    }

    [Fact]
    public async Task Scan_RealLog_IsSilentOnBootstrapAndOrdinaryWork()
    {
        // What is informational is a record of ordinary work.
        var alerts = (await Sample.ScanAsync()).Where(alert => alert.Level != "informational").ToList();

        Assert.DoesNotContain(alerts, alert => alert.Actor == "system:apiserver");
        Assert.DoesNotContain(alerts, alert => alert.Requests.Contains("\"name\":\"tmp\"", StringComparison.Ordinal));
        Assert.All(
            alerts.Where(alert => alert.Actor == "jane@example.com"),
            alert => Assert.Matches("/pods/shell/(exec|attach|portforward)", alert.Requests));
    }

    [Fact]
    public async Task Scan_RealLog_IsStoriesAndTheirAlertsOnStandardOutputAndTotalsOnStandardError()
    {
        var alerts = await Sample.ScanAsync();

        var result = await Cli.RunAsync("scan", Sample.Path);

        Assert.Equal(0, result.ExitCode);
        Assert.Matches("^Incident [0-9a-f]{16}  high$", result.OutLines[0]);
        Assert.InRange(result.OutLines.Count(line => line.StartsWith("Incident ", StringComparison.Ordinal)), 1, 4);
        Assert.All(result.OutLines.Where(line => line.StartsWith("LEVEL", StringComparison.Ordinal)), header =>
            Assert.Equal(["LEVEL", "DETECTION", "ACTOR", "SUMMARY", "COUNT", "FIRST", "SEEN"], header.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(alerts.Count, result.OutLines.Count(line => alerts.Select(alert => alert.Level).Distinct().Any(level => line.StartsWith($"{level} ", StringComparison.Ordinal))));
        Assert.All(alerts, alert => Assert.Contains(result.OutLines, line =>
            line.StartsWith(alert.Level, StringComparison.Ordinal) && line.Contains($" {alert.Detection} ", StringComparison.Ordinal) && line.Contains($" {alert.Actor} ", StringComparison.Ordinal)));
        Assert.DoesNotContain('\e', result.Out);
        Assert.Matches($@"^{Sample.Lines.Count:N0} events, 0 rejected, \d+ findings, {alerts.Count} alerts in \S+ s \([\d,]+ events/s\)\n$", result.Error);
    }

    [Fact]
    public async Task Scan_StandardInput_RaisesTheAlertsOfTheFile()
    {
        var fromFile = await Cli.RunAsync("scan", Sample.Path, "--format", "json");

        var fromStdin = await Cli.RunAsync(await File.ReadAllBytesAsync(Sample.Path), "scan", "-", "--format", "json");

        // In which order stories are told hangs on where batches end.
        Assert.Equal(fromFile.Out.Split('\n').Order(StringComparer.Ordinal), fromStdin.Out.Split('\n').Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Scan_SameLogTwice_CountsEveryRequestOnce()
    {
        var once = await Cli.RunAsync("scan", Sample.Path, "--format", "json");

        var twice = await Cli.RunAsync("scan", Sample.Path, Sample.Path, "--format", "json");

        Assert.Equal(once.Out, twice.Out);
    }

    [Fact]
    public async Task Scan_Json_HasEveryKeyOfTheContract()
    {
        var result = await Cli.RunAsync("scan", Sample.Path, "--format", "json");

        Assert.All(result.OutLines, line =>
        {
            using var json = JsonDocument.Parse(line);
            var alert = json.RootElement;
            Assert.Equal(
                ["id", "fingerprint", "detection", "summary", "actor", "cluster", "count", "firstSeen", "lastSeen", "dedup", "why", "requests", "incident"],
                Keys(alert));
            Assert.Equal(["name", "id", "title", "level", "tags"], Keys(alert.GetProperty("detection")));
            Assert.NotEmpty(alert.GetProperty("why").EnumerateArray());
            Assert.EndsWith("Z", alert.GetProperty("firstSeen").GetString(), StringComparison.Ordinal);
            var request = alert.GetProperty("requests")[0];
            Assert.Equal(
                ["auditID", "stage", "time", "verb", "requestURI", "user", "impersonatedUser", "clientIP", "userAgent", "objectRef", "code"],
                Keys(request));

            // A request such as GET /version is for no object.
            if (request.GetProperty("requestURI").GetString()!.StartsWith("/api", StringComparison.Ordinal))
            {
                Assert.Equal(["apiGroup", "resource", "subresource", "namespace", "name"], Keys(request.GetProperty("objectRef")));
            }
            else
            {
                Assert.Equal(JsonValueKind.Null, request.GetProperty("objectRef").ValueKind);
            }
        });
    }

    [Fact]
    public async Task Scan_Why_ShowsTheRequestsOfAStoryAndWhatOthersLack()
    {
        var result = await Cli.RunAsync("scan", Sample.Path, "--why");

        // Wherever the lines are broken.
        var text = Regex.Replace(result.Out, @"\s+", " ");
        Assert.Contains("requested: token_obtained by admin at 2026-11-21 00:25:56Z: create payments/serviceaccounts/app/token", text, StringComparison.Ordinal);
        Assert.Contains("role_made_bound_used: has 1 of 3 steps made: privileged_role_created by admin at 2026-11-21 00:25:56Z: create clusterroles/god 'bound' is missing: no role_bound with binding.role equal to 'god' ($role)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("token_requested_used_from_same_address: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Stories that began", (await Cli.RunAsync("scan", Sample.Path)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scan_FindingsAsJson_HasALineForEachRequestThatMatched()
    {
        var result = await Cli.RunAsync("scan", Sample.Path, "--findings", "--format", "json");

        var findings = result.OutLines.Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.True(findings.Length > SampleAttacks.All.Count);
        Assert.All(findings, finding => Assert.Equal(["detection", "auditID", "stage", "time", "actor", "why"], Keys(finding)));
        Assert.Empty(SampleAttacks.All.Select(attack => attack.Detection).Except(findings.Select(finding => finding.GetProperty("detection").GetString()!)));
        Assert.Equal(
            findings.Length,
            findings.Select(finding => (finding.GetProperty("detection").GetString(), finding.GetProperty("auditID").GetString(), finding.GetProperty("actor").GetString())).Distinct().Count());
    }

    [Fact]
    public async Task Scan_FindingsAsText_HasALineForEachFinding()
    {
        var json = await Cli.RunAsync("scan", Sample.Path, "--findings", "--format", "json");

        var text = await Cli.RunAsync("scan", Sample.Path, "--findings");

        Assert.Equal(json.OutLines.Length, text.OutLines.Length);
        Assert.All(SampleAttacks.All, attack => Assert.Contains(attack.Detection, text.Out, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scan_RealLog_PrintsNoSecret()
    {
        // The log holds the bearer token of a TokenRequest if a policy recorded it; the password is what the scenario stored in a Secret.
        var result = await Cli.RunAsync("scan", Sample.Path, "--format", "json");

        Assert.DoesNotContain("hunter2", result.Out + result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", result.Out + result.Error, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("jq -r .detection.name | grep -x exec_into_pod", "exec_into_pod\n")]
    [InlineData("head -1 | cut -c1-6", "{\"id\":\n")]
    public async Task Scan_Piped_WorksWithTheToolsPeopleUse(string tool, string expected)
    {
        Skip.IfNot(Tools.Has(tool.Split(' ')[0]), $"needs {tool.Split(' ')[0]} (apt-get install {tool.Split(' ')[0]})");

        var result = await Cli.RunProcessAsync("/bin/bash", [], "-o", "pipefail", "-c", $"cat '{Sample.Path}' | '{Cli.Executable}' scan - --format json 2>/dev/null | {tool}");

        Assert.Equal((0, expected, ""), (result.ExitCode, result.Out, result.Error));
    }

    private static string[] Keys(JsonElement json) => [.. json.EnumerateObject().Select(property => property.Name)];
}
