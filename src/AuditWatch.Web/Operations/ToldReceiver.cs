using AuditWatch.Notifications;
using AuditWatch.Processing;

namespace AuditWatch.Web.Operations;

/// <summary>A receiver, and how telling it goes. Immutable.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Ways">The ways to it, and how many notifications wait for each.</param>
/// <param name="LastTest">How the last test message since the start went; null if there was none.</param>
public sealed record ToldReceiver(string Name, IReadOnlyList<(string Name, int Waiting)> Ways, ReceiverTest? LastTest)
{
    /// <summary>How it is now.</summary>
    internal static ToldReceiver Of(Receiver receiver, IReadOnlyDictionary<string, int> waiting, ReceiverTests tests) =>
        new(receiver.Name, [.. receiver.Integrations.Select(way => (way.Notifier.Name, waiting.GetValueOrDefault(way.Notifier.Name)))], tests.LastOf(receiver.Name));
}
