using System.Net;
using System.Text;
using AuditWatch.Detection;

namespace AuditWatch.Notifications.Email;

/// <summary>A message as HTML for mail programs: one table, styles inline, nothing loaded from anywhere.</summary>
internal static class EmailHtml
{
    private const string Font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:14px;color:#1f2328";
    private const string Mono = "font-family:ui-monospace,Menlo,Consolas,monospace;font-size:13px";

    /// <summary>The document.</summary>
    public static string Of(Message message)
    {
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"></head><body style=\"").Append(Font).Append("\">")
            .Append("<div style=\"border-left:6px solid ").Append(Colour(message.Level)).Append(";padding-left:14px\">")
            .Append("<p style=\"margin:0;font-size:18px\"><b style=\"color:").Append(Colour(message.Level)).Append("\">")
            .Append(message.Level.ToString().ToUpperInvariant()).Append("</b>&nbsp; <b>").Append(Text(message.Title)).Append("</b></p>")
            .Append("<p>").Append(Text(message.Summary)).Append("</p><table cellpadding=\"3\" style=\"").Append(Font).Append("\">");
        foreach (var fact in message.Facts)
        {
            Row(fact.Name, Code(fact.Value));
        }

        var more = message.WhyMore == 0 ? "" : $"<br>and {message.WhyMore} more";
        Row("Why", string.Join("<br>", message.Why.Select(Code)) + more);
        Row("Runbook", string.Join("<br>", message.Runbook.Select(LinkOrText)));
        Row("ATT&CK", string.Join(" ", message.Techniques.Select(technique => Link(technique.Address, technique.Id))));
        Row("Look", string.Join("<br>", message.NextSteps.Select(Code)));
        Row("Alert", $"{Code(message.AlertId)} ({Code(message.Detection)})");
        return html.Append("</table></div></body></html>").ToString();

        void Row(string name, string value)
        {
            if (value.Length > 0)
            {
                html.Append("<tr><td style=\"color:#59636e;vertical-align:top;padding-right:12px\">").Append(Text(name)).Append("</td><td>").Append(value).Append("</td></tr>");
            }
        }
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Code(string text) => $"<code style=\"{Mono}\">{Text(text)}</code>";

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
