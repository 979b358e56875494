using System.Net;
using System.Text.Json.Nodes;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Notifications.Opsgenie;

/// <summary>
/// What requests to the Alert API say, within its limits: a message of 130 characters, a description of 15,000, 20 tags of 50, details of 8,000 in all. Opsgenie shows HTML in descriptions, so texts
/// are encoded there; and in messages, which phones read out as they are, so there the brackets become look-alikes.
/// </summary>
internal static class OpsgenieAlert
{
    private const int DescriptionLimit = 15_000;
    private const int NoteLimit = 2_000;

    /// <summary>The priority of a level: P1 of what is critical, to P5 of what is informational.</summary>
    public static string Priority(Level level) => level switch
    {
        Level.Critical => "P1",
        Level.High => "P2",
        Level.Medium => "P3",
        Level.Low => "P4",
        _ => "P5",
    };

    /// <summary>The request to create an alert.</summary>
    public static JsonObject Create(Notification notification, Message message)
    {
        var alert = notification.Alerts[0];
        return new JsonObject
        {
            ["message"] = Plain($"{message.Label}: {message.Subject}", 130),
            ["alias"] = Alias(notification),
            ["description"] = Description(message),
            ["tags"] = new JsonArray([.. alert.Detection.Tags.Prepend(alert.Level.Word()).Take(20).Select(tag => JsonValue.Create(Plain(tag.Replace(',', ' '), 50)))]),
            ["details"] = Details(notification, message),
            ["entity"] = Plain(alert.Actor, 512),
            ["source"] = "AuditWatch",
            ["priority"] = Priority(message.Level),
        };
    }

    /// <summary>The request to acknowledge or close an alert, or to add a note to it: who did it, and what there is to say.</summary>
    public static JsonObject Note(Notification notification, Message message)
    {
        var alert = notification.Alerts[0];
        var request = new JsonObject { ["source"] = "AuditWatch", ["note"] = Plain(message.News.Length > 0 ? message.News : message.Subject, NoteLimit) };
        if ((alert.Status == AlertStatus.Closed ? alert.ClosedBy : alert.AcknowledgedBy) is { Length: > 0 } who)
        {
            request["user"] = Plain(who, 100);
        }

        return request;
    }

    /// <summary>What Opsgenie knows the alert by.</summary>
    public static string Alias(Notification notification) => DisplayText.Of(notification.SubjectId, 512);

    private static JsonObject Details(Notification notification, Message message)
    {
        var details = new JsonObject();
        foreach (var (name, text) in new[]
        {
            ("alert", message.Main?.Id ?? ""), ("detection", message.Main?.Detection ?? ""), ("cluster", notification.Alerts[0].Cluster), ("actor", notification.Alerts[0].Actor),
            ("incident", message.Incident?.Id ?? ""), ("link", message.Main?.Link?.AbsoluteUri ?? message.List?.AbsoluteUri ?? ""),
        })
        {
            if (!string.IsNullOrWhiteSpace(text))
            {
                details[name] = Plain(text, 1000);
            }
        }

        return details;
    }

    private static string Description(Message message)
    {
        var lines = new List<string>();
        if (message.Main is { } alert)
        {
            lines.AddRange([message.News, alert.Title, alert.Summary, message.Incident?.Line ?? ""]);
            lines.AddRange(alert.Facts.Select(fact => $"{fact.Name}: {fact.Value}"));
            lines.AddRange(alert.Why.Select(clause => $"Why: {clause}"));
            lines.AddRange(alert.Runbook.Select(line => $"Runbook: {line}"));
            lines.AddRange(alert.NextSteps.Select(command => $"Look further: {command}"));
            lines.AddRange(alert.Techniques.Select(technique => $"ATT&CK: {technique.Address.AbsoluteUri}"));
        }

        lines.AddRange(message.Digest.Prepend(message.Main is null ? message.News : ""));
        lines.AddRange(message.Others.Select(line => line.Text));
        lines.Add(message.More == 0 ? "" : $"and {message.More} more");
        return Fitting(lines.Where(line => line.Length > 0).Select(WebUtility.HtmlEncode).OfType<string>());
    }

    // Whole lines, so that no entity and no command is cut in two.
    private static string Fitting(IEnumerable<string> lines)
    {
        const string rest = "…";
        var text = "";
        foreach (var line in lines)
        {
            if (text.Length + line.Length + 1 + rest.Length > DescriptionLimit)
            {
                return text + rest;
            }

            text += line + "\n";
        }

        return text;
    }

    private static string Plain(string text, int limit) => DisplayText.Of(text.Replace('<', '‹').Replace('>', '›'), limit);
}
