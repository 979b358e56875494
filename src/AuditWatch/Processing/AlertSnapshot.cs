using System.Collections.Immutable;
using AuditWatch.Alerts;

namespace AuditWatch.Processing;

/// <summary>Alerts and silences as they stood at one moment. Immutable: whoever reads it waits for nobody.</summary>
/// <param name="Alerts">The alerts by id, in the order of ids; those that are closed among them until they are forgotten.</param>
/// <param name="OpenCount">How many of them are not closed.</param>
/// <param name="Silences">The silences, those that start first, first; those that are over among them.</param>
public sealed record AlertSnapshot(ImmutableSortedDictionary<string, Alert> Alerts, int OpenCount, IReadOnlyList<Silence> Silences)
{
    /// <summary>The alerts of a book, and silences, as they stand.</summary>
    internal static AlertSnapshot Of(AlertBook book, Silences silences) =>
        new(book.All.ToImmutableSortedDictionary(alert => alert.Id, alert => alert, StringComparer.Ordinal), book.OpenCount, silences.All);

    /// <summary>As it is after changes to alerts.</summary>
    internal AlertSnapshot With(IReadOnlyList<AlertChange> changes, int openCount)
    {
        if (changes.Count == 0)
        {
            return this;
        }

        var alerts = Alerts.ToBuilder();
        foreach (var change in changes)
        {
            if (change.Kind == AlertChangeKind.Forgotten)
            {
                alerts.Remove(change.Alert.Id);
            }
            else
            {
                alerts[change.Alert.Id] = change.Alert;
            }
        }

        return this with { Alerts = alerts.ToImmutable(), OpenCount = openCount };
    }
}
