namespace AuditWatch.Alerts;

/// <summary>What something that takes up room is about, by which it is decided what goes where there is too much of it. Immutable.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Actor">Who acted; with the cluster, whose share it counts to.</param>
/// <param name="Kind">What it is one of, such as the detection's name: of many alike, one is missed less.</param>
/// <param name="Worth">How much would be lost with it: see <see cref="WorthOf"/>.</param>
/// <param name="Bytes">The bytes it takes.</param>
internal readonly record struct Claim(string Cluster, string Actor, string Kind, int Worth, int Bytes)
{
    private const int Allowed = 100;

    /// <summary>Whether all that it is about was denied.</summary>
    public bool IsDenied => Worth < Allowed;

    /// <summary>The claim of an alert.</summary>
    public static Claim Of(Alert alert) => new(alert.Cluster, alert.Actor, alert.Detection.Name, WorthOf(alert), AlertSize.Of(alert));

    /// <summary>The claim of something about alerts, at least one: that of the one worth most, with the bytes of all.</summary>
    public static Claim Of(IReadOnlyList<Alert> alerts)
    {
        var most = Of(alerts[0]);
        for (var i = 1; i < alerts.Count; i++)
        {
            var other = Of(alerts[i]);
            most = (other.Worth > most.Worth ? other : most) with { Bytes = most.Bytes + other.Bytes };
        }

        return most;
    }

    /// <summary>How much would be lost with an alert: one with a request that was not denied before one without, then the level.</summary>
    public static int WorthOf(Alert alert) => (int)alert.Level + (alert.Requests.All(request => request.Outcome == "denied") ? 0 : Allowed);
}
