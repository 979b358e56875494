using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace AuditWatch.Detection.Sigma;

/// <summary>
/// One regular expression for all the places that have the same text: to build an automaton takes milliseconds, and detections repeat theirs
/// (<c>dryRun=All</c> stands in every second one). What it has learnt of the texts it saw is shared as well. Safe for any number of threads.
/// </summary>
internal static class SharedRegex
{
    // Several times what a catalogue has. Beyond it, as after many reloads, it starts anew.
    private const int Capacity = 1_000;

    private static readonly ConcurrentDictionary<(string Pattern, RegexOptions Options), Regex> Known = new();

    /// <exception cref="ArgumentException">The pattern is broken.</exception>
    /// <exception cref="NotSupportedException">The options do not allow what is in the pattern.</exception>
    public static Regex Of(string pattern, RegexOptions options)
    {
        if (Known.Count >= Capacity)
        {
            Known.Clear();
        }

        return Known.GetOrAdd((pattern, options), static key => new Regex(key.Pattern, key.Options));
    }
}
