using System.Runtime.CompilerServices;
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

    /// <summary>The alerts in the order that is asked for, page by page: none twice and none left out, whatever arrives meanwhile.</summary>
    /// <param name="client">The service.</param>
    /// <param name="query">Which alerts, and in which order.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async IAsyncEnumerable<ListedAlert> ReadAsync(ServiceClient client, string query, int limit, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? next = "";
        while (next is not null && limit > 0)
        {
            var answer = await client.GetAsync($"alerts?{query}&limit={Math.Min(limit, PageSize)}&after={Uri.EscapeDataString(next)}", cancellation);
            if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("alerts", out var alerts) || alerts.ValueKind != JsonValueKind.Array
                || !answer.TryGetProperty("next", out var after) || after.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
            {
                throw client.NotAuditWatch();
            }

            foreach (var json in alerts.EnumerateArray())
            {
                yield return new ListedAlert(AlertReader.Read(json) ?? throw client.NotAuditWatch(), json);
            }

            limit -= alerts.GetArrayLength();
            next = after.GetString();
        }
    }
}
