namespace AuditWatch.Alerts;

/// <summary>How much room something about alerts takes, whose it is and how much it is worth: by these <see cref="FairShare{T}"/> chooses what is dropped when there is no room left. Immutable.</summary>
/// <param name="Cluster">The name of the cluster that the alerts are of.</param>
/// <param name="Actor">The actor of the alerts. What an actor has in a cluster is counted together.</param>
/// <param name="Kind">The detection's name. Of things worth the same, one of the kind that there is most of is dropped first.</param>
/// <param name="Worth">How much would be lost with it: what is worth less is dropped first. See <see cref="WorthOf"/>.</param>
/// <param name="Bytes">How many bytes it takes in memory, as <see cref="AlertSize"/> counts them.</param>
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
