using AuditWatch.Detection;
using AuditWatch.Policy;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AuditWatch.Host.Output;

/// <summary>What a policy lets detections see, as a table for a person, the worst first.</summary>
internal static class PolicyCoverageTable
{
    /// <summary>Writes the table; detections that see all they need are summed up below it.</summary>
    public static void Write(IAnsiConsole console, IReadOnlyList<DetectionCoverage> coverage)
    {
        var table = PlainTable.WithColumns("VERDICT", "LEVEL", "DETECTION", "WHAT IT MISSES");
        foreach (var one in coverage.Where(one => one.Verdict > Verdict.Sees))
        {
            table.AddRow(
                new Text(one.Verdict.Words(), one.Verdict.Style()),
                new Text(one.Detection.Level.Word(), one.Detection.Level.Style()),
                PlainTable.Cell(one.Detection.Name),
                new Rows(one.Gaps.SelectMany(Lines)));
        }

        if (table.Rows.Count > 0)
        {
            console.Write(table);
        }

        foreach (var group in coverage.GroupBy(one => one.Verdict).OrderByDescending(group => group.Key))
        {
            console.Write(new Text($"{group.Count()} {group.Key.Words()}\n", group.Key.Style()));
        }
    }

    private static IEnumerable<IRenderable> Lines(Gap gap) =>
    [
        PlainTable.Cell($"{gap.Kind.OfRequests()}: {gap.Requests}"),
        PlainTable.Cell($"  {gap.Location}: {gap.Reason}"),
        PlainTable.Cell($"  to mend it, {gap.Fix.Text}", new Style(Color.Grey)),
    ];
}
