using AuditWatch.Alerts;

namespace AuditWatch.Notifications.Rendering;

/// <summary>
/// What a message says of one alert: the facts a tired person needs, in the order they are needed. Every text is one line of bounded length
/// without control characters, and still an attacker's: escape it for the medium. Immutable.
/// </summary>
public sealed record MessageAlert
{
    private const int WhyLimit = 10;
    private const int RunbookLimit = 10;

    internal MessageAlert(Alert alert, Uri? link, TimeZoneInfo? zone = null)
    {
        Detection = DisplayText.Of(alert.Detection.Name, 100);
        Title = string.IsNullOrWhiteSpace(alert.Detection.Title) ? Detection : DisplayText.Of(alert.Detection.Title, 200);
        Summary = string.IsNullOrWhiteSpace(alert.Summary) ? Title : DisplayText.Of(alert.Summary, 500);
        Facts = MessageFacts.Of(alert, zone ?? TimeZoneInfo.Utc);
        Why = [.. alert.Why.Take(WhyLimit).Select(clause => DisplayText.Of(clause, 200))];
        WhyMore = Math.Max(0, alert.Why.Count - WhyLimit);
        NextSteps = Rendering.NextSteps.For(alert);
        Runbook = Lines(alert.Detection.Runbook ?? "");
        Techniques = Technique.FromTags(alert.Detection.Tags.Take(20));
        Id = DisplayText.Of(alert.Id, 100);
        Link = link;
    }

    /// <summary>The detection's name, at most 100 characters.</summary>
    public string Detection { get; }

    /// <summary>What the detection finds, at most 200 characters.</summary>
    public string Title { get; }

    /// <summary>What happened, at most 500 characters.</summary>
    public string Summary { get; }

    /// <summary>Who, what, from where, with what outcome, how often and since when: at most twelve, the most important first, none of them empty.</summary>
    public IReadOnlyList<Fact> Facts { get; }

    /// <summary>The clauses that matched: at most ten, of at most 200 characters each.</summary>
    public IReadOnlyList<string> Why { get; }

    /// <summary>How many more clauses matched.</summary>
    public int WhyMore { get; }

    /// <summary>Up to three commands to look further with, safe to paste into a shell as they are; never shorten one.</summary>
    public IReadOnlyList<string> NextSteps { get; }

    /// <summary>What to do, by the detection's author, line by line; a line may be an address. At most ten lines of at most 250 characters.</summary>
    public IReadOnlyList<string> Runbook { get; }

    /// <summary>The lines of <see cref="Runbook"/> that are addresses.</summary>
    public IEnumerable<Uri> RunbookLinks => Runbook.Where(IsAddress).Select(line => new Uri(line));

    /// <summary>The lines of <see cref="Runbook"/> that are not.</summary>
    public IEnumerable<string> RunbookSteps => Runbook.Where(line => !IsAddress(line));

    /// <summary>The techniques of MITRE ATT&amp;CK, at most 20.</summary>
    public IReadOnlyList<Technique> Techniques { get; }

    /// <summary>The alert's id, at most 100 characters.</summary>
    public string Id { get; }

    /// <summary>Where to read more; null if nobody knows where people find the service.</summary>
    public Uri? Link { get; }

    private static bool IsAddress(string line) => Uri.TryCreate(line, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";

    private static string[] Lines(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var shown = lines.Length <= RunbookLimit ? lines : [.. lines.Take(RunbookLimit - 1), "…"];
        return [.. shown.Select(line => DisplayText.Of(line, 250))];
    }
}

/// <summary>One thing to know about an alert.</summary>
/// <param name="Name">What it is, in a word.</param>
/// <param name="Value">At most 600 characters.</param>
public readonly record struct Fact(string Name, string Value);
