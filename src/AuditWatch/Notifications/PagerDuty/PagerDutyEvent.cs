using System.Globalization;
using System.Text.Json.Nodes;
using AuditWatch.Detection;
using AuditWatch.Notifications.Paging;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Notifications.PagerDuty;

/// <summary>An event of PagerDuty's Events API v2, in the Common Event Format: a summary of at most 1,024 characters, a key of at most 255, all of it at most 512 KB.</summary>
internal static class PagerDutyEvent
{
    /// <summary>The whole event. What PagerDuty shows it keeps of the events that trigger; the others have it as well, for whoever reads the log.</summary>
    public static JsonObject Of(Notification notification, PageAction action, Secret routingKey)
    {
        var message = Message.From(notification);
        var json = new JsonObject
        {
            ["routing_key"] = routingKey.Reveal(),
            ["event_action"] = action switch { PageAction.Trigger => "trigger", PageAction.Acknowledge => "acknowledge", _ => "resolve" },
            ["dedup_key"] = KeyOf(notification),
            ["client"] = "AuditWatch",
            ["payload"] = Payload(notification, message),
            ["links"] = new JsonArray([.. MessageLinks.Of(message).Select(link => new JsonObject { ["href"] = link.Address.AbsoluteUri, ["text"] = link.Text })]),
        };
        if (message.List is { } list)
        {
            json["client_url"] = list.AbsoluteUri;
        }

        return json;
    }

    /// <summary>What PagerDuty knows the alert by.</summary>
    public static string KeyOf(Notification notification) => DisplayText.Of(notification.SubjectId, 255);

    private static JsonObject Payload(Notification notification, Message message)
    {
        var alert = notification.Alerts[0];
        return new JsonObject
        {
            ["summary"] = DisplayText.Of($"{message.Label}: {message.Subject}", 1024),
            ["source"] = string.IsNullOrWhiteSpace(alert.Cluster) ? "AuditWatch" : DisplayText.Of(alert.Cluster, 255),
            ["severity"] = message.Level switch { Level.Critical => "critical", Level.High => "error", Level.Medium => "warning", _ => "info" },
            ["timestamp"] = alert.LastSeen.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["class"] = message.Main?.Detection ?? "digest",
            ["custom_details"] = Details(message),
        };
    }

    private static JsonObject Details(Message message)
    {
        var details = new JsonObject();
        Add("news", message.News);
        if (message.Main is { } alert)
        {
            Add("what", alert.Title);
            Add("summary", alert.Summary);
            Add("incident", message.Incident?.Line ?? "");
            foreach (var fact in alert.Facts)
            {
                Add(fact.Name.ToLowerInvariant(), fact.Value);
            }

            AddAll("why", alert.WhyMore == 0 ? alert.Why : [.. alert.Why, $"and {alert.WhyMore} more"]);
            AddAll("runbook", alert.Runbook);
            AddAll("look further", alert.NextSteps);
            Add("alert", alert.Id);
        }

        AddAll("digest", message.Digest);
        AddAll("alerts", [.. message.Others.Select(line => line.Text), .. message.More == 0 ? (string[])[] : [$"and {message.More} more"]]);
        return details;

        void Add(string name, string text)
        {
            if (text.Length > 0)
            {
                details[name] = text;
            }
        }

        void AddAll(string name, IReadOnlyList<string> texts)
        {
            if (texts.Count > 0)
            {
                details[name] = new JsonArray([.. texts.Select(text => JsonValue.Create(text))]);
            }
        }
    }
}
