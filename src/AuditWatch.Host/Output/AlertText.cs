using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Rendering;
using Spectre.Console;

namespace AuditWatch.Host.Output;

/// <summary>Everything about one alert: the message that people are told it with, what has become of it, its requests, and what has happened to it.</summary>
internal static class AlertText
{
    /// <summary>Writes it.</summary>
    public static void Write(IAnsiConsole console, Alert alert, IReadOnlyList<AlertEvent> history)
    {
        var message = Message.From(new Notification
        {
            Id = alert.Id,
            Kind = alert.Status == AlertStatus.Closed ? NotificationKind.Closed : NotificationKind.Opened,
            GroupKey = alert.Fingerprint,
            Receiver = "",
            DueAt = alert.OpenedAt,
            Alerts = [alert],
        }, ShownTime.Zone);
        var output = console.Profile.Out.Writer;
        output.Write(TextLayout.Render(message, coloured: console.Profile.Capabilities.Ansi, console.Profile.Width));
        output.WriteLine($"    {"Status",-13}  {Status(alert)}");
        output.WriteLine($"    {"Told",-13}  {TellingText.Of(AlertTelling.Of(history), ShownTime.Zone)}");
        output.WriteLine();
        var table = new PlainTable("TIME", "REQUEST", "CODE", "USER", "FROM", "AUDIT ID");
        foreach (var request in alert.Requests)
        {
            table.AddRow(
                PlainTable.Time(request.Time),
                [
                    new TableLine($"{request.Verb} {request.ObjectRef?.ToString() ?? request.RequestUri}".Trim()),
                    .. string.IsNullOrEmpty(request.Command) ? Array.Empty<TableLine>() : [new TableLine($"ran {request.Command}")],
                    .. request.Changes.Select(change => new TableLine(change)),
                ],
                PlainTable.Cell(request.Code?.ToString(CultureInfo.InvariantCulture) ?? ""),
                PlainTable.Cell(string.IsNullOrEmpty(request.ImpersonatedUser) ? request.User ?? "" : $"{request.User} as {request.ImpersonatedUser}"),
                PlainTable.Cell(request.ClientIP ?? ""),
                PlainTable.Cell(request.AuditId ?? ""));
        }

        console.Write(table);
        if (alert.Count > alert.Requests.Count)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{alert.Requests.Count} of {alert.Count} requests are kept; the audit log has all of them."));
        }

        output.WriteLine();
        WriteHistory(console, history);
    }

    private static void WriteHistory(IAnsiConsole console, IReadOnlyList<AlertEvent> history)
    {
        var table = new PlainTable("TIME", "WHAT HAPPENED", "WHO", "NOTE");
        foreach (var happened in history)
        {
            var (level, count) = (happened.Level?.Word() ?? "", happened.Count is > 1 and var times ? string.Create(CultureInfo.InvariantCulture, $"{times} times") : "");
            table.AddRow(
                PlainTable.Time(happened.At),
                PlainTable.Cell(happened.Event == "escalated" ? "escalated to" : happened.Event),
                PlainTable.Cell(happened.Who),
                PlainTable.Cell(string.Join(", ", new[] { happened.Note ?? "", level, count }.Where(part => part.Length > 0))));
        }

        console.Write(table);
    }

    private static string Status(Alert alert) => alert.Status == AlertStatus.Open
        ? $"open since {ShownTime.Of(alert.OpenedAt)}"
        : $"{MessageNews.StateOf(alert)}; last changed at {ShownTime.Of(alert.ChangedAt)}";
}
