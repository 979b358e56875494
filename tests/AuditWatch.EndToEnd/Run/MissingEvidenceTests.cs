namespace AuditWatch.EndToEnd.Run;

public sealed class MissingEvidenceTests
{
    private const string Subject = "bodies of clusterroles.rbac.authorization.k8s.io";

    [Fact]
    public async Task Run_ChangesWithoutBodies_AreToldByReadyzMetricsAndLogUntilOneHasABody()
    {
        await using var service = await Service.StartAsync();

        // What detections need is worked out after the start, and nobody waits for it.
        await service.UntilAsync("what is missing to be known", async () =>
        {
            await service.PostAsync(Changes(30, body: ""));
            return (await service.Http.GetStringAsync("/readyz")).Contains(Subject, StringComparison.Ordinal);
        });

        var ready = await service.Http.GetStringAsync("/readyz");
        Assert.Contains($$"""{"cluster":"production","what":"{{Subject}}: the last """, ready, StringComparison.Ordinal);
        Assert.Contains("\"privileged_role_created\"", ready, StringComparison.Ordinal);
        Assert.Contains($"auditwatch_evidence_missing{{cluster=\"production\",missing=\"{Subject}\"}} ", await service.Http.GetStringAsync("/metrics"), StringComparison.Ordinal);
        Assert.True(await service.MetricAsync("auditwatch_evidence_missing") > 0);

        await service.PostAsync(Changes(1, body: "\"requestObject\":{},"));
        Assert.DoesNotContain(Subject, await service.Http.GetStringAsync("/readyz"), StringComparison.Ordinal);
        Assert.Equal(0, await service.MetricAsync("auditwatch_evidence_missing"));
        await service.UntilAsync("the log to say so", () => Task.FromResult(CountOf(service.Error, $"Cluster 'production' does not miss {Subject} any more") == 1));
        Assert.Equal(1, CountOf(service.Error, "Cluster 'production' does not record what detections need"));
    }

    private static string Changes(int count, string body) => string.Concat(Enumerable.Range(0, count).Select(i => $$$"""
        {"auditID":"{{{Guid.NewGuid()}}}","stage":"ResponseComplete","verb":"create",{{{body}}}"requestURI":"/apis/rbac.authorization.k8s.io/v1/clusterroles","user":{"username":"jane"},"objectRef":{"resource":"clusterroles","apiGroup":"rbac.authorization.k8s.io","name":"r{{{i}}}"},"responseStatus":{"code":201}}

        """));

    private static int CountOf(string text, string part) => text.Split(part).Length - 1;
}
