using System.Text.Json;
using AuditWatch.Alerts;

namespace AuditWatch.Host.Client;

/// <summary>An alert of a service.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="Json">As the service wrote it.</param>
internal sealed record ListedAlert(Alert Alert, JsonElement Json);

/// <summary>The alerts of a service, which it hands out in pages.</summary>
internal static class AlertPages
{
    private const int PageSize = 500;

    /// <summary>The most severe.</summary>
    /// <param name="client">The service.</param>
    /// <param name="query">Which alerts.</param>
    /// <param name="limit">How many at most, 1 to 1000.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<IReadOnlyList<ListedAlert>> FirstAsync(ServiceClient client, string query, int limit, CancellationToken cancellation) =>
        [.. Read(client, await client.GetAsync($"alerts?{query}&limit={limit}", cancellation))];

    /// <summary>All of them, the most severe first: page by page in the order of their ids, which does not change while they do.</summary>
    public static async Task<IReadOnlyList<ListedAlert>> AllAsync(ServiceClient client, string query, CancellationToken cancellation)
    {
        var all = new List<ListedAlert>();
        for (var (page, after) = (PageSize, ""); page == PageSize; after = all.Count == 0 ? "" : all[^1].Alert.Id)
        {
            var before = all.Count;
            all.AddRange(Read(client, await client.GetAsync($"alerts?{query}&limit={PageSize}&after={Uri.EscapeDataString(after)}", cancellation)));
            page = all.Count - before;
        }

        return [.. all.OrderByDescending(listed => listed.Alert.Level).ThenByDescending(listed => listed.Alert.LastSeen)];
    }

    private static IEnumerable<ListedAlert> Read(ServiceClient client, JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("alerts", out var alerts) || alerts.ValueKind != JsonValueKind.Array)
        {
            throw client.NotAuditWatch();
        }

        return alerts.EnumerateArray().Select(json => new ListedAlert(AlertReader.Read(json) ?? throw client.NotAuditWatch(), json));
    }
}
