using System.Text.RegularExpressions;

namespace AuditWatch.Notifications.Rendering;

/// <summary>A technique of MITRE ATT&amp;CK.</summary>
/// <param name="Id">Its id, such as <c>T1078.004</c>.</param>
/// <param name="Address">The page that explains it.</param>
public sealed partial record Technique(string Id, Uri Address)
{
    /// <summary>The techniques among a detection's tags, in their order: <c>attack.t1609</c>, <c>attack.t1078.004</c>. Other tags are passed over.</summary>
    public static IReadOnlyList<Technique> FromTags(IEnumerable<string> tags) =>
    [
        .. tags.Select(tag => TagPattern().Match(tag)).Where(match => match.Success).Select(match => match.Groups[1].Value.ToUpperInvariant()).Distinct()
            .Select(id => new Technique(id, new Uri($"https://attack.mitre.org/techniques/{id.Replace('.', '/')}/"))),
    ];

    [GeneratedRegex(@"\Aattack\.(t[0-9]{4}(?:\.[0-9]{3})?)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TagPattern();
}
