namespace AuditWatch.Configuration;

/// <summary>Keys of Alertmanager's configuration that are another word here, or nothing. Those in another spelling, such as <c>group_by</c>, need no entry.</summary>
internal static class AlertmanagerKeys
{
    /// <summary>What to do about each.</summary>
    public static IReadOnlyDictionary<string, string> Hints { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["inhibit_rules"] = "write 'inhibit'",
        ["mute_time_intervals"] = "write 'timeIntervals', and 'muteTimeIntervals' in routes",
        ["global"] = "there are no settings for all receivers, write them in each",
        ["templates"] = "messages have no templates",
        ["match"] = "write 'matchers', such as ['level=\"high\"']",
        ["match_re"] = "write 'matchers', such as ['level=~\"high|critical\"']",
        ["source_match"] = "write 'sourceMatchers', such as ['level=\"critical\"']",
        ["source_match_re"] = "write 'sourceMatchers', such as ['level=~\"high|critical\"']",
        ["target_match"] = "write 'targetMatchers', such as ['level=\"low\"']",
        ["target_match_re"] = "write 'targetMatchers', such as ['level=~\"low|medium\"']",
    };
}
