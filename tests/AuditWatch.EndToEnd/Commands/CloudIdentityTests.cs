using System.Text.Json.Nodes;
using AuditWatch.EndToEnd.Run;

namespace AuditWatch.EndToEnd.Commands;

public sealed class CloudIdentityTests
{
    [Fact]
    public async Task Show_RequestOfAnIamRole_SaysWhoItWas()
    {
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--state", folder["state"]);
        var request = JsonNode.Parse(ExecEvent.By("admin", "1"))!;
        request["user"]!["extra"] = JsonNode.Parse("""{"arn":["arn:aws:sts::111122223333:assumed-role/Admin/jane"],"sessionName":["jane"],"accessKeyId":["ASIAIOSFODNN7EXAMPLE"]}""");
        await service.PostAsync(request.ToJsonString());
        await service.UntilAlertsAsync(1);

        var shown = await Cli.RunAsync("alerts", "show", service.Alerts[0].Id, "--url", $"unix:{folder["state"]}");

        // The lines of a fact break between words.
        Assert.Contains(
            "Identity arn:aws:sts::111122223333:assumed-role/Admin/jane, session jane, access key ASIAIOSFODNN7EXAMPLE",
            string.Join(' ', shown.Out.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }
}
