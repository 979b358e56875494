namespace AuditWatch.Configuration;

/// <summary>Hints for keys of Alertmanager's configuration that have another name here, or no equivalent. Keys that differ in spelling only, such as <c>group_by</c>, are recognised without an entry.</summary>
internal static class AlertmanagerKeys
{
    /// <summary>What to write instead of each key, for a person.</summary>
    public static IReadOnlyDictionary<string, string> Hints { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["inhibit_rules"] = "write 'inhibit'",
        ["mute_time_intervals"] = "write 'timeIntervals', and 'muteTimeIntervals' in routes",
        ["global"] = "there are no settings for all receivers, write them in each",
        ["templates"] = "messages have no templates, but for 'templateConfigs', which name theirs",
        ["match"] = "write 'matchers', such as ['level=\"high\"']",
        ["match_re"] = "write 'matchers', such as ['level=~\"high|critical\"']",
        ["source_match"] = "write 'sourceMatchers', such as ['level=\"critical\"']",
        ["source_match_re"] = "write 'sourceMatchers', such as ['level=~\"high|critical\"']",
        ["target_match"] = "write 'targetMatchers', such as ['level=\"low\"']",
        ["target_match_re"] = "write 'targetMatchers', such as ['level=~\"low|medium\"']",
    };
}
