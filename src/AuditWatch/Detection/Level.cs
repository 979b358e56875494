namespace AuditWatch.Detection;

/// <summary>How much an alert of a detection matters: the <c>level</c> of a Sigma rule, in rising order.</summary>
public enum Level
{
    /// <summary>Of interest beside other findings only.</summary>
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

/// <summary>How a level is written, as in the rules themselves.</summary>
public static class LevelWords
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
