using System.Globalization;
using System.Net;
using System.Text;
using AuditWatch.Detection;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Notifications.Email;

/// <summary>
/// A message as HTML for mail programs, light or dark, on a screen or a phone: nothing is loaded from anywhere, and colours are set only where they
/// can be read on either ground.
/// </summary>
internal static class EmailHtml
{
    private const string Font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:1.45";
    private const string Mono = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px;white-space:pre-wrap;overflow-wrap:anywhere";
    private const string Muted = "color:#768390";
    private const string Over = "#1a7f37";

    // On a phone a name stands above its value. Mail programs that take no style sheet have both beside each other.
    private const string Sheet =
        ":root{color-scheme:light dark;supported-color-schemes:light dark}@media(max-width:480px){td{display:block;width:auto!important;padding-top:0!important}}";

    /// <summary>The document.</summary>
    public static string Of(Message message)
    {
        var html = new StringBuilder();
        var colour = message.IsOver ? Over : Colour(message.Level);
        html.Append("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width=device-width\"/>")
            .Append("<meta name=\"color-scheme\" content=\"light dark\"/><style>").Append(Sheet).Append("</style></head>")
            .Append("<body style=\"margin:0;padding:12px;").Append(Font).Append("\"><div style=\"max-width:720px;border-left:6px solid ").Append(colour).Append(";padding-left:14px\">")
            .Append("<p style=\"margin:0 0 6px;font-size:18px\">").Append(Badge(message.Label, colour)).Append(" <b>").Append(Text(message.Headline)).Append("</b></p>");
        Paragraph(message.News, "font-weight:bold");
        if (message.Main is { } alert)
        {
            Paragraph(alert.Summary, "font-size:16px");
            html.Append("<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" style=\"").Append(Font).Append("\">");
            if (!message.IsHandling)
            {
                foreach (var fact in alert.Facts)
                {
                    Row(fact.Name, Code(fact.Value));
                }

                Row("Why", string.Join("<br>", alert.Why.Select(Code)) + (alert.WhyMore == 0 ? "" : $"<br>and {alert.WhyMore} more"));
                Row("Runbook", string.Join("<br>", alert.Runbook.Select(LinkOrText)));
                Row("Look further", string.Concat(alert.NextSteps.Select(Command)));
                Row("ATT&CK", string.Join(" ", alert.Techniques.Select(technique => Link(technique.Address, technique.Id))));
            }

            Row("Incident", message.Incident is { } incident ? $"{Text(incident.Line)} ({(incident.Link is null ? Code(incident.Id) : Link(incident.Link, incident.Id))})" : "");
            Row("Alert", $"{(alert.Link is null ? Code(alert.Id) : Link(alert.Link, alert.Id))} ({Code(alert.Detection)})");
            html.Append("</table>");
        }

        Lines("", [.. message.Digest.Select(Code)]);
        Lines(message.Main is null ? "Alerts" : "Further alerts", [.. message.Others.Select(Line), .. More(message)]);
        return html.Append("</div></body></html>").ToString();

        void Paragraph(string text, string style)
        {
            if (text.Length > 0)
            {
                html.Append("<p style=\"margin:0 0 10px;overflow-wrap:anywhere;").Append(style).Append("\">").Append(Text(text)).Append("</p>");
            }
        }

        void Row(string name, string value)
        {
            if (value.Length > 0)
            {
                html.Append("<tr><td style=\"").Append(Muted).Append(";vertical-align:top;width:104px;padding:3px 12px 3px 0\">").Append(Text(name))
                    .Append("</td><td style=\"vertical-align:top;padding:3px 0\">").Append(value).Append("</td></tr>");
            }
        }

        void Lines(string title, IReadOnlyCollection<string> lines)
        {
            if (lines.Count > 0)
            {
                html.Append("<p style=\"margin:12px 0 4px;").Append(Muted).Append("\">").Append(Text(title)).Append("</p>")
                    .AppendJoin("", lines.Select(line => $"<p style=\"margin:0 0 6px;overflow-wrap:anywhere\">{line}</p>"));
            }
        }
    }

    private static string Line(MessageLine alert)
    {
        var state = alert.State.Length == 0 ? "" : $" <b>{Text(alert.State)}</b>";
        return $"{Badge(alert.Level.Word(), Colour(alert.Level))} {Code(alert.Detection)} {Text(alert.Summary)}{state} {(alert.Link is null ? Code(alert.Id) : Link(alert.Link, alert.Id))}";
    }

    private static string[] More(Message message)
    {
        var rest = message.More == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"and {message.More} more ");
        var list = message.List is null || message.Total == 1 ? "" : Link(message.List, "all alerts");
        return rest.Length + list.Length == 0 ? [] : [rest + list];
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Code(string text) => $"<code style=\"{Mono}\">{Text(text)}</code>";

    private static string Command(string text) =>
        $"<div style=\"margin:0 0 6px;padding:6px 8px;border-radius:6px;background:rgba(128,128,128,.14)\">{Code(text)}</div>";

    private static string Badge(string text, string colour) =>
        $"<span style=\"background:{colour};color:#ffffff;border-radius:4px;padding:1px 7px;font-weight:bold;white-space:nowrap\">{Text(text)}</span>";

    private static string LinkOrText(string runbook) =>
        Uri.TryCreate(runbook, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? Link(address, runbook) : Text(runbook);

    private static string Link(Uri address, string text) => $"<a href=\"{Text(address.AbsoluteUri)}\">{Text(text)}</a>";

    private static string Colour(Level level) => level switch
    {
        Level.Critical => "#a40e26",
        Level.High => "#d1242f",
        Level.Medium => "#9a6700",
        Level.Low => "#0969da",
        _ => "#59636e",
    };
}
