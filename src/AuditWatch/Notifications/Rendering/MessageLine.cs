using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Notifications.Rendering;

/// <summary>What a message says of an alert that is not its most severe one: a line. Its texts are an attacker's: escape them for the medium. Immutable.</summary>
public sealed record MessageLine
{
    internal MessageLine(Alert alert, Uri? link)
    {
        var summary = SummaryOf(alert);
        var actor = alert.Actor.Length == 0 || summary.Contains(alert.Actor, StringComparison.Ordinal) ? "" : $"{DisplayText.Of(alert.Actor, 60)}: ";
        Level = alert.Level;
        Detection = DisplayText.Of(alert.Detection.Name, 60);
        Summary = $"{actor}{DisplayText.Of(summary, 140)}";
        State = MessageNews.StateOf(alert);
        Id = DisplayText.Of(alert.Id, 100);
        Link = link;
    }

    /// <summary>What happened, or what the detection finds where nobody said.</summary>
    internal static string SummaryOf(Alert alert) => string.IsNullOrWhiteSpace(alert.Summary) ? alert.Detection.Title : alert.Summary;

    /// <summary>How much it matters.</summary>
    public Level Level { get; }

    /// <summary>The detection's name, at most 60 characters.</summary>
    public string Detection { get; }

    /// <summary>Who did what, at most 202 characters.</summary>
    public string Summary { get; }

    /// <summary>What has become of it; empty while nobody has dealt with it. At most 120 characters.</summary>
    public string State { get; }

    /// <summary>The alert's id, at most 100 characters.</summary>
    public string Id { get; }

    /// <summary>Where to read more; null if nobody knows where people find the service.</summary>
    public Uri? Link { get; }

    /// <summary>All of it as plain text: <c>high exec_into_pod: jane ran a command (acknowledged by joe)  5f1c3a9e2b7d4c60</c>, with the link in place of the id where there is one.</summary>
    public string Text => $"{Level.Word()} {Detection}: {Summary}{(State.Length == 0 ? "" : $" ({State})")}  {Link?.AbsoluteUri ?? Id}";
}
