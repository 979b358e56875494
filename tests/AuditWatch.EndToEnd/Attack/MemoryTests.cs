using System.Globalization;
using System.Text.Json.Nodes;
using AuditWatch.EndToEnd.Run;
using Xunit.Abstractions;

namespace AuditWatch.EndToEnd.Attack;

/// <summary>Long requests by the ten thousand, all denied, in the memory of a small container: it lasts, and so does the next start.</summary>
[TakesLong]
public sealed class MemoryTests(ITestOutputHelper output)
{
    private const long Container = 512L << 20;
    private const int Percent = 66;

    // What the heap takes in a container of that size. A machine without cgroups to set has no other way to be one.
    private static readonly (string Name, string Value) Limit = ("DOTNET_GCHeapHardLimit", (Container * Percent / 100).ToString("x", CultureInfo.InvariantCulture));

    [Fact]
    public void Executable_AsItIsBuilt_LimitsItsHeapByTheMemoryOfItsContainer()
    {
        var settings = JsonNode.Parse(File.ReadAllText($"{Cli.Executable}.runtimeconfig.json"))!["runtimeOptions"]!["configProperties"]!;

        Assert.Equal(Percent, (int?)settings["System.GC.HeapHardLimitPercent"]);
    }

    [SkippableFact]
    public async Task Run_LongDeniedRequestsInASmallContainer_StaysInItsMemoryAndStartsAgain()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "reads /proc");
        using var folder = new TemporaryFolder();
        var count = LongForm.IsTaken ? 30_500 : 3_000;
        await using (var service = await Service.StartWithAsync(Limit, "--state", folder["state"]))
        {
            foreach (var events in Enumerable.Range(0, count).Chunk(50))
            {
                await service.PostAsync(string.Join('\n', events.Select(Denied)));
            }

            Report("under the flood", service);
            // Not asked to end: whatever it holds, the next start is to cope with.
            await service.KillAsync();
        }

        await using var again = await Service.StartWithAsync(Limit, "--state", folder["state"]);
        await again.PostAsync(Denied(count));
        Report("after the next start", again);
        Assert.Equal(0, await again.StopAsync());
    }

    private void Report(string when, Service service)
    {
        var most = service.ResidentBytes.Most;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{when}: {most / 1e6:0} MB at most"));
        Assert.InRange(most, 1, Container);
    }

    // Of as many accounts as somebody without rights may have, each field as long as it may be, in letters that take six bytes in JSON.
    private static string Denied(int number)
    {
        var odd = string.Concat(Enumerable.Repeat("\\u8a9e", 600));
        return $$"""
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"{{number}}","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/payments/pods/{{odd}}{{number}}/exec?command={{odd}}{{number}}","verb":"create","user":{"username":"mallory-{{number % 40}}"},"userAgent":"{{odd}}","sourceIPs":["203.0.113.7"],"objectRef":{"resource":"pods","namespace":"payments","name":"{{odd}}{{number}}","apiVersion":"v1","subresource":"exec"},"responseStatus":{"code":403},"requestReceivedTimestamp":"2026-11-21T00:00:00.000000Z","stageTimestamp":"2026-11-21T00:00:00.000000Z","annotations":{"authorization.k8s.io/decision":"forbid","authorization.k8s.io/reason":"{{odd}}"} }
            """;
    }
}
