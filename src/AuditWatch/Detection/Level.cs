namespace AuditWatch.Detection;

/// <summary>The severity of a detection and its alerts: the <c>level</c> of a Sigma rule, in ascending order.</summary>
public enum Level
{
    /// <summary>Of interest only together with other findings.</summary>
    Informational,

    /// <summary>Worth a look within days.</summary>
    Low,

    /// <summary>Worth a look today.</summary>
    Medium,

    /// <summary>Worth a look now.</summary>
    High,

    /// <summary>Worth waking somebody for.</summary>
    Critical,
}

/// <summary>The words for levels, as rules write them.</summary>
internal static class LevelWords
{
    /// <summary>The level's word: <c>critical</c>.</summary>
    public static string Word(this Level level) => level switch
    {
        Level.Informational => "informational",
        Level.Low => "low",
        Level.Medium => "medium",
        Level.High => "high",
        _ => "critical",
    };
}
