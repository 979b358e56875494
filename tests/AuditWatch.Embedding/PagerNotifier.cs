using System.Net.Http.Json;
using AuditWatch.Notifications;

namespace AuditWatch.Embedding;

public sealed class PagerNotifier(string name, Uri address) : INotifier
{
    private static readonly HttpClient Http = new();

    public string Name => name;

    public async Task<DeliveryResult> NotifyAsync(Notification notification, CancellationToken cancellation)
    {
        try
        {
            using var answer = await Http.PostAsJsonAsync(address, new { text = notification.Alerts[0].Summary, more = notification.MoreAlerts }, cancellation);
            return answer.IsSuccessStatusCode ? DeliveryResult.Delivered : DeliveryResult.Retry($"it answered {(int)answer.StatusCode}");
        }
        catch (HttpRequestException problem)
        {
            return DeliveryResult.Retry(problem.Message);
        }
    }
}

public static class PagerRegistration
{
    public static NotifierKinds AddPager(this NotifierKinds kinds) => kinds.Add("pagerConfigs", (name, settings) =>
        settings.TryGetValue("url", out var url) && Uri.TryCreate(url, UriKind.Absolute, out var address)
            ? new PagerNotifier(name, address)
            : throw new FormatException("'url' must be the address of the pager"));
}
