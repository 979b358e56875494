using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Notifications.Alertmanager;

/// <summary>The receipt of a notification: with which level each alert was posted, as <c>5f1c3a9e2b7d4c60=high …</c>.</summary>
internal static class SentLevels
{
    private const int Limit = 1000;

    /// <summary>The receipt; leaves out the least severe alerts if there is no room for them.</summary>
    public static string Of(IEnumerable<Alert> alerts)
    {
        var receipt = "";
        foreach (var entry in alerts.Select(alert => $"{alert.Id}={alert.Level.Word()}"))
        {
            if (receipt.Length + 1 + entry.Length > Limit)
            {
                break;
            }

            receipt = receipt.Length == 0 ? entry : $"{receipt} {entry}";
        }

        return receipt;
    }

    /// <summary>The levels by alert; what is not a receipt has none.</summary>
    public static IReadOnlyDictionary<string, Level> Parse(string? receipt)
    {
        var levels = new Dictionary<string, Level>(StringComparer.Ordinal);
        foreach (var entry in (receipt ?? "").Split(' '))
        {
            if (entry.Split('=') is [{ Length: > 0 } id, var word] && Enum.GetValues<Level>().Where(level => level.Word() == word).ToArray() is [var found])
            {
                levels[id] = found;
            }
        }

        return levels;
    }
}
