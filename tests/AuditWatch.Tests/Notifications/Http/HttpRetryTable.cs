using AuditWatch.Notifications;

namespace AuditWatch.Tests.Notifications.Http;

/// <summary>What can come of an attempt to reach a receiver that answers in HTTP and has no words of its own for what went wrong.</summary>
internal static class HttpRetryTable
{
    /// <summary>Every situation.</summary>
    /// <param name="create">A notifier for the receiver that behaves in that way.</param>
    /// <param name="createAt">A notifier for the receiver at another address.</param>
    public static async IAsyncEnumerable<(string Situation, INotifier Notifier, DeliveryOutcome Expected)> Of(Func<string, INotifier> create, Func<string, INotifier> createAt)
    {
        yield return ("ok", create("ok"), DeliveryOutcome.Delivered);
        foreach (var answer in ReceiverStandIn.PassingAnswers)
        {
            yield return (answer, create(answer), DeliveryOutcome.Retry);
        }

        yield return ("nobody listens", createAt($"http://127.0.0.1:{HttpStandIn.FreePort()}/{NotifierContract.Canary}/"), DeliveryOutcome.Retry);
        yield return ("no such host", createAt($"http://{NotifierContract.Canary}.invalid/"), DeliveryOutcome.Retry);
        foreach (var answer in new[] { "400-x", "401", "403", "404-x", "405", "413", "422", "redirect", "echo", "portal", "endless" })
        {
            yield return (answer, create(answer), DeliveryOutcome.Rejected);
        }

        await Task.CompletedTask;
    }
}
