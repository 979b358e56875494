using AuditWatch.Detection;
using AuditWatch.Policy;
using Spectre.Console;

namespace AuditWatch.Host.Output;

/// <summary>What a policy lets detections see, as a table for a person, the worst first.</summary>
internal static class PolicyCoverageTable
{
    /// <summary>Writes the table; detections that see all they need are summed up below it.</summary>
    public static void Write(IAnsiConsole console, IReadOnlyList<DetectionCoverage> coverage)
    {
        var table = new PlainTable("VERDICT", "LEVEL", "DETECTION", "WHAT IT MISSES");
        foreach (var one in coverage.Where(one => one.Verdict > Verdict.Sees))
        {
            table.AddRow(
                PlainTable.Cell(one.Verdict.Words(), one.Verdict.Style()),
                PlainTable.Cell(one.Detection.Level.Word(), one.Detection.Level.Style()),
                PlainTable.Cell(one.Detection.Name),
                [.. one.Gaps.SelectMany(Lines)]);
        }

        if (table.Count > 0)
        {
            console.Write(table);
        }

        foreach (var group in coverage.GroupBy(one => one.Verdict).OrderByDescending(group => group.Key))
        {
            console.Write(new Text($"{group.Count()} {group.Key.Words()}\n", group.Key.Style()));
        }
    }

    private static IEnumerable<TableLine> Lines(Gap gap) =>
    [
        new TableLine($"{gap.Kind.OfRequests()}: {gap.Requests}"),
        new TableLine($"  {gap.Location}: {gap.Reason}"),
    ];
}
