using System.Buffers;
using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using AuditWatch.Events.Json;

namespace AuditWatch.Detection.Sigma;

/// <summary>
/// A regular expression of a detection, matched in a time in proportion to the text. There is one for all the places that have the same text. To build an
/// automaton takes milliseconds and to run it microseconds, so it is built when the first text comes that may have a match, and looks at such texts only;
/// and not at all where the backtracking engine has nothing to go back for.
/// Safe for any number of threads.
/// </summary>
internal sealed class DetectionRegex
{
    // Several times what a catalogue has. Beyond it, as after many reloads, it starts anew.
    private const int Capacity = 1_000;

    // Of longer texts an automaton reads many times as much in the same time.
    private const int LongestSimple = 1_024;

    private static readonly ConcurrentDictionary<(string Pattern, RegexOptions Options), DetectionRegex> Known = new();

    private readonly string _pattern;
    private readonly Lazy<Regex> _regex;
    private readonly Regex? _simple;
    private readonly Lazy<SearchValues<string>?> _literals;

    private DetectionRegex(string pattern, RegexOptions options)
    {
        _pattern = pattern;
        IgnoresCase = options.HasFlag(RegexOptions.IgnoreCase) || pattern.Contains("(?i", StringComparison.Ordinal);
        _regex = new Lazy<Regex>(() => new Regex(pattern, options | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));

        // The other engine is built in a hundredth of the time, and of an expression so plain takes the same.
        if (RegexLiterals.TryRead(pattern, out var literals, out var isLinear))
        {
            var simple = new Regex(pattern, options | RegexOptions.CultureInvariant);
            _simple = isLinear && !options.HasFlag(RegexOptions.Multiline) ? simple : null;
        }
        else
        {
            _ = _regex.Value;
        }

        PlainLiterals = literals?.All(SearchableText.CanSearchFor) == true ? literals : null;
        _literals = new Lazy<SearchValues<string>?>(() => literals is null ? null : SearchValues.Create([.. literals], StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The expression with that text.</summary>
    /// <param name="pattern">The text.</param>
    /// <param name="options">Whether letter case counts, and what <c>^</c>, <c>$</c> and <c>.</c> mean.</param>
    /// <exception cref="ArgumentException">The pattern is broken.</exception>
    /// <exception cref="NotSupportedException">It cannot be matched without backtracking.</exception>
    public static DetectionRegex Of(string pattern, RegexOptions options)
    {
        if (Known.Count >= Capacity)
        {
            Known.Clear();
        }

        return Known.GetOrAdd((pattern, options), static key => new DetectionRegex(key.Pattern, key.Options));
    }

    /// <summary>Whether letter case does not count, in a part of it at least.</summary>
    internal bool IgnoresCase { get; }

    /// <summary>Of which one is in every string that it is found in, letter case aside, as it is written in JSON; null if none are known.</summary>
    internal IReadOnlyList<string>? PlainLiterals { get; }

    /// <summary>Whether it may be found in a string below a value, as far as can be told without looking at each.</summary>
    internal bool MayMatchIn(JsonValue root) => PlainLiterals is null || root.Tape is not { } tape || _literals.Value is not { } literals || tape.MayContain(literals);

    /// <summary>Whether it is found in the text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isAscii">Whether the text is known to be ASCII. Letters beyond it can equal one of it when case does not count.</param>
    public bool IsMatch(ReadOnlySpan<char> text, bool isAscii) =>
        (!isAscii || _literals.Value is not { } literals || text.ContainsAny(literals)) && (_simple is not null && text.Length <= LongestSimple ? _simple : _regex.Value).IsMatch(text);

    /// <summary>The text of the expression.</summary>
    public override string ToString() => _pattern;
}
