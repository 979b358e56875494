namespace AuditWatch.Detection;

/// <summary>The tactics of MITRE ATT&amp;CK, as tags of detections name them.</summary>
internal static class AttackTactics
{
    private const string Prefix = "attack.";

    /// <summary>All of them, in the order of an attack, such as <c>credential-access</c>.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "reconnaissance", "resource-development", "initial-access", "execution", "persistence", "privilege-escalation", "defense-evasion", "stealth",
        "defense-impairment", "credential-access", "discovery", "lateral-movement", "collection", "command-and-control", "exfiltration", "impact",
    ];

    /// <summary>The tactic of a tag such as <c>attack.credential-access</c>, or, as it was written before, <c>attack.credential_access</c>; null if it names none. What has digits is a technique, a group or a tool.</summary>
    public static string? Of(string tag) =>
        tag.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && !tag.Any(char.IsAsciiDigit) ? tag[Prefix.Length..].ToLowerInvariant().Replace('_', '-') : null;

    /// <summary>The tags that name a tactic, in lower case.</summary>
    public static IReadOnlyList<string> TagsOf(string tactic) => [Prefix + tactic, Prefix + tactic.Replace('-', '_')];
}
