using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Notifications.Rendering;
using AuditWatch.RuleTesting;
using Spectre.Console;

namespace AuditWatch.Host.Output;

/// <summary>What trying rules on a log came to.</summary>
/// <param name="Difference">The alerts that would be raised and removed.</param>
/// <param name="NearMisses">What the tried rules nearly matched.</param>
/// <param name="MissingSteps">What stories of tried composites lack, in words.</param>
/// <param name="Cost">How long that took.</param>
internal sealed record BacktestReport(AlertDifference Difference, IReadOnlyList<NearMiss> NearMisses, IReadOnlyList<string> MissingSteps, Backtest Cost)
{
    /// <summary>How many days there are from the first event to the last, begun ones counted.</summary>
    public int Days => Cost is { First: { } first, Last: { } last } ? DateOnly.FromDateTime(last.UtcDateTime).DayNumber - DateOnly.FromDateTime(first.UtcDateTime).DayNumber + 1 : 0;
}

/// <summary>A backtest for a person: a table by day, examples, near misses, the cost.</summary>
internal static class BacktestText
{
    private const int Examples = 3;

    /// <summary>Writes it.</summary>
    public static void Write(IAnsiConsole console, BacktestReport report, bool whyNot)
    {
        var (raised, removed, days) = report.Difference;
        if (days.Count > 0)
        {
            var table = new PlainTable("DAY", "DETECTION", "LEVEL", "NOW", "THEN", "RAISED", "REMOVED");
            foreach (var day in days)
            {
                table.AddRow(
                    PlainTable.Cell(day.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), PlainTable.Cell(day.Detection), PlainTable.Cell(day.Level.Word(), day.Level.Style()),
                    Number(day.Now), Number(day.Then), Number(day.Raised), Number(day.Removed));
            }

            console.Write(table);
            console.WriteLine();
        }

        Line(console, string.Create(CultureInfo.InvariantCulture,
            $"{Counted.Of(raised.Count, "alert")} more and {removed.Count:N0} less in {Counted.Of(report.Days, "day")}{(report.Days > 0 ? $": {raised.Count / (double)report.Days:0.#} raised and {removed.Count / (double)report.Days:0.#} removed a day" : "")}"));
        WriteExamples(console, "Would be raised", raised);
        WriteExamples(console, "Would be removed", removed);
        if (whyNot)
        {
            WriteNearMisses(console, report.NearMisses);
        }

        if (report.MissingSteps.Count > 0)
        {
            StoryText.WriteMissing(console, report.MissingSteps);
        }

        console.WriteLine();
        Line(console, report.Cost is { CostNow: { } now, CostThen: { } then }
            ? string.Create(CultureInfo.InvariantCulture, $"An event costs {now.TotalMicroseconds:0.00} µs of a core now, and would cost {then.TotalMicroseconds:0.00} µs")
            : string.Create(CultureInfo.InvariantCulture, $"What an event costs cannot be told from fewer than {2 * Backtest.WarmUp:N0} events"));
    }

    private static void WriteExamples(IAnsiConsole console, string title, IReadOnlyList<Alert> alerts)
    {
        if (alerts.Count == 0)
        {
            return;
        }

        var examples = alerts.GroupBy(alert => alert.Detection.Name).SelectMany(same => same.Take(Examples)).ToList();
        console.WriteLine();
        Line(console, examples.Count == alerts.Count ? title : $"{title}, the first {Examples} of each detection (--format json has all)");
        AlertTable.Write(console, examples, why: false);
    }

    private static void WriteNearMisses(IAnsiConsole console, IReadOnlyList<NearMiss> misses)
    {
        console.WriteLine();
        Line(console, misses.Count == 0 ? "No near misses: every request misses two clauses or more, or none" : "Near misses: requests that every clause matches but one");
        foreach (var rule in misses.GroupBy(miss => miss.Detection))
        {
            Line(console, $"  {rule.Key}");
            foreach (var miss in rule)
            {
                Line(console, string.Create(CultureInfo.InvariantCulture, $"    {Counted.Of(miss.Count, "request")} without {miss.Clause}  ({miss.Location})"));
                Line(console, $"      instead: {string.Join(", ", miss.Values.Select(value => string.Create(CultureInfo.InvariantCulture, $"{value.Key} ({value.Value:N0})")))}");
                Line(console, $"      such as {miss.Example.AuditId} at {ShownTime.Of(miss.Example.Time)}: {miss.Example.ImpersonatedUser ?? miss.Example.User}: {miss.Example.Verb} {miss.Example.RequestUri}");
            }
        }
    }

    private static IReadOnlyList<TableLine> Number(int number) => PlainTable.Cell(number.ToString(CultureInfo.InvariantCulture));

    private static void Line(IAnsiConsole console, string text) => console.WriteLine(TerminalText.Neutralise(text));
}
