using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AuditWatch.EndToEnd.Kube;
using AuditWatch.Policy;

namespace AuditWatch.EndToEnd.Policy;

/// <summary>What a real API server writes under policies made at random, to the level and stage, is what the policy is said to mean.</summary>
public sealed class RealApiServerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>How many policies: 30, or what AUDITWATCH_POLICIES says.</summary>
    private static readonly int Policies =
        int.TryParse(Environment.GetEnvironmentVariable("AUDITWATCH_POLICIES"), CultureInfo.InvariantCulture, out var count) ? count : 30;

    /// <summary>A seed for the policies, and the stages that all of them leave out.</summary>
    public static TheoryData<int, object> Seeds => LongForm.IsTaken ? new() { { 1, AuditStages.None }, { 2, AuditStages.ResponseStarted } } : new() { { 2, AuditStages.ResponseStarted } };

    [SkippableTheory]
    [MemberData(nameof(Seeds))]
    public async Task Decide_RandomPolicies_IsWhatARealApiServerWrites(int seed, object omitted)
    {
        var (binaries, missing) = KubeBinaries.Find();
        Skip.If(binaries is null, missing);
        var random = new RandomPolicies(seed, Policies);
        var text = random.Write((AuditStages)omitted);
        var policy = PolicyParser.Parse("policy.yaml", text, [])!;
        await using var plane = await ControlPlane.StartAsync(
            binaries, webhook: null, text, string.Join('\n', random.Users.Select(user => $"{user.Token},{user.Token},{user.Token},\"{user.Group}\"")));

        var expected = await SendAsync(plane.Server, policy, random.Users);

        await UntilWrittenAsync(plane.AuditLog, expected);
        var written = Read(plane.AuditLog);
        Assert.All(expected, one => Assert.Equal(one.Value.Expected, $"{one.Value.Request}: {string.Join(' ', written[one.Key].Order(StringComparer.Ordinal))}"));
        Assert.Contains(expected.Values, one => one.Stages.Length > 0);
        Assert.Contains(expected.Values, one => one.Stages.Length == 0);
    }

    private static async Task<IReadOnlyDictionary<string, (string Request, string[] Stages, string Expected)>> SendAsync(
        string server, AuditPolicy policy, IReadOnlyList<(string Token, string Group)> users)
    {
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        using var http = new HttpClient(handler);
        var expected = new ConcurrentDictionary<string, (string, string[], string)>();
        (string? Token, string? User, string[] Groups)[] senders =
        [
            .. users.Select(user => ((string?)user.Token, (string?)user.Token, new[] { user.Group })),
            (null, "system:anonymous", []),
            ("nobody's", null, []),
        ];
        var all = senders.SelectMany(sender => ApiRequest.All.Select(request => (Sender: sender, Request: request)));
        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (one, cancellation) =>
        {
            var id = Guid.NewGuid().ToString();
            using var message = new HttpRequestMessage(new HttpMethod(one.Request.Method), server + one.Request.Uri);
            message.Headers.Add("Audit-ID", id);
            message.Headers.Authorization = one.Sender.Token is { } token ? new AuthenticationHeaderValue("Bearer", token) : null;
            message.Content = one.Request.Method is "POST" or "PUT" or "PATCH"
                ? new StringContent("{\"metadata\": {\"generateName\": \"test-\"}}", Encoding.UTF8, one.Request.Method == "PATCH" ? "application/merge-patch+json" : "application/json")
                : null;
            using var response = await http.SendAsync(message, cancellation);

            var request = one.Request.Policy with { User = one.Sender.User, Groups = one.Sender.User is { } user ? UserGroups.Of(user, one.Sender.Groups) : [] };
            var decision = policy.Decide(request);
            string[] stages = [.. decision.Written(request).ToString().Split(", ").Where(stage => stage != "None").Select(stage => $"{decision.Level}/{stage}").Order(StringComparer.Ordinal)];
            var name = $"{one.Sender.Token} {one.Request.Method} {one.Request.Uri} (line {decision.Rule?.Location.Line})";
            expected[id] = (name, stages, $"{name}: {string.Join(' ', stages)}");
        });
        return expected;
    }

    private static async Task UntilWrittenAsync(string log, IReadOnlyDictionary<string, (string Request, string[] Stages, string Expected)> expected)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!patience.IsCancellationRequested && Read(log).Where(request => expected.ContainsKey(request.Key)).Sum(request => request.Count()) < expected.Values.Sum(one => one.Stages.Length))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }

    // Of each request the level and stage of what was written.
    private static ILookup<string, string> Read(string log)
    {
        using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var text = new StreamReader(file);
        return text.ReadToEnd().Split('\n').SkipLast(1).Select(line => JsonDocument.Parse(line).RootElement)
            .ToLookup(one => one.GetProperty("auditID").GetString()!, one => $"{one.GetProperty("level")}/{one.GetProperty("stage")}");
    }
}
