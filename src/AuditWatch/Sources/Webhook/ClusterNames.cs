using System.Buffers;

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

    private const int MaxLength = 253;

    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");

    /// <summary>How a name is made, for who has sent another: a part of a sentence.</summary>
    public static string Rule => $"at most {MaxLength} letters, digits, dots, hyphens and underscores";

    private readonly Lock _lock = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal) { "" };

    /// <summary>Whether something can be the name of a cluster; the empty text can, for one without a name.</summary>
    public static bool IsName(string text) => text.Length <= MaxLength && !text.AsSpan().ContainsAnyExcept(Letters);

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
