using System.Security.Cryptography;

namespace AuditWatch.Alerts;

/// <summary>Keeps receivers from being notified, between two times, of the alerts that its matchers fit, as in Alertmanager. They are still counted and shown. Immutable.</summary>
public sealed record Silence
{
    /// <summary>The longest author, in characters.</summary>
    public const int MaxAuthorLength = 200;

    /// <summary>The longest comment, in characters.</summary>
    public const int MaxCommentLength = 2_000;

    /// <summary>The most matchers.</summary>
    public const int MaxMatchers = 100;

    /// <summary>Its id, 16 hexadecimal digits: of one in the configuration a hash of what it says, else random.</summary>
    public required string Id { get; init; }

    /// <summary>Which alerts.</summary>
    public required Matchers Matchers { get; init; }

    /// <summary>Who silenced them, as they called themselves.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>Why.</summary>
    public required string Comment { get; init; }

    /// <summary>From when on, to the microsecond.</summary>
    public required DateTimeOffset StartsAt { get; init => field = AlertBook.Microseconds(value); }

    /// <summary>Until when, to the microsecond, that moment not included.</summary>
    public required DateTimeOffset EndsAt { get; init => field = AlertBook.Microseconds(value); }

    /// <summary>Where it stands in the configuration; null if it was added at run time.</summary>
    public SourceLocation? Configured { get; init; }

    /// <summary>A random id, for one that is added at run time.</summary>
    public static string NewId() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>Whether alerts are silent at a time, will be or have been.</summary>
    public SilenceState StateAt(DateTimeOffset time) =>
        time >= EndsAt ? SilenceState.Expired : time < StartsAt ? SilenceState.Pending : SilenceState.Active;

    /// <summary>Everything that is wrong with it, each a sentence without its end for the person who wrote it; as in Alertmanager, it cannot match just anything.</summary>
    public IEnumerable<string> Problems()
    {
        if (Matchers.Count == 0)
        {
            yield return "a matcher is missing: say which alerts are to be silent";
        }
        else if (Matchers.All(matcher => !matcher.IsNegative && matcher.Fits("")))
        {
            yield return "every matcher holds for an empty label, so that nearly every alert would be silent: add one that does not";
        }

        if (Matchers.Count > MaxMatchers)
        {
            yield return $"there can be {MaxMatchers} matchers, not {Matchers.Count:N0}";
        }

        if (Text("author", CreatedBy, MaxAuthorLength) is { } author)
        {
            yield return author;
        }

        if (Text("comment", Comment, MaxCommentLength) is { } comment)
        {
            yield return comment;
        }

        if (EndsAt <= StartsAt)
        {
            yield return "it ends before it starts";
        }
    }

    private static string? Text(string name, string value, int limit) =>
        string.IsNullOrWhiteSpace(value) ? $"the {name} is missing"
        : value.Length > limit ? $"the {name} can have {limit:N0} characters, not {value.Length:N0}"
        : null;
}

/// <summary>Where a silence is in its life.</summary>
public enum SilenceState
{
    /// <summary>It has not started.</summary>
    Pending,

    /// <summary>Alerts are silent.</summary>
    Active,

    /// <summary>It is over.</summary>
    Expired,
}
