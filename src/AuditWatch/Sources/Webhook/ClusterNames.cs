namespace AuditWatch.Sources.Webhook;

/// <summary>
/// The names of clusters that clients have chosen themselves, in the address they post to: each is a label of metrics and alerts, and somebody could choose any number. So many are told apart, those that came first;
/// the events of all others are taken as those of <see cref="Others"/>. Thread-safe.
/// </summary>
/// <param name="most">The most names, at least 1.</param>
internal sealed class ClusterNames(int most = ClusterNames.Capacity)
{
    /// <summary>How many are told apart.</summary>
    public const int Capacity = 200;

    /// <summary>What the others are called. Nobody can choose it: it is no name of a cluster.</summary>
    public const string Others = "(others)";

    private readonly Lock _lock = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal) { "" };

    /// <summary>The name to go by.</summary>
    /// <param name="chosen">The name that was chosen.</param>
    /// <param name="isFirstBeyond">Whether it is the first for which there is no room.</param>
    public string Admit(string chosen, out bool isFirstBeyond)
    {
        isFirstBeyond = false;
        lock (_lock)
        {
            if (_known.Contains(chosen))
            {
                return chosen;
            }

            if (_known.Count <= most)
            {
                _known.Add(chosen);
                return chosen;
            }

            isFirstBeyond = _known.Add(Others);
            return Others;
        }
    }
}
