using System.Globalization;
using AuditWatch.Host.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AuditWatch.Host.Scan;

/// <summary>How far a scan has come, on standard error while it is a terminal: bytes, events a second, time left.</summary>
internal static class ScanProgress
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(200);

    /// <summary>Does the work and shows its progress meanwhile.</summary>
    /// <param name="files">What there is to read.</param>
    /// <param name="tally">What the work has come to.</param>
    /// <param name="isShown">False to show nothing, terminal or not.</param>
    /// <param name="work">The work.</param>
    public static Task WhileAsync(LogFiles files, ScanTally tally, bool isShown, Func<Task> work)
    {
        var terminal = Terminal.Error();
        if (!isShown || !terminal.Profile.Capabilities.Interactive || !terminal.Profile.Capabilities.Ansi)
        {
            return work();
        }

        var length = files.Length;
        ProgressColumn[] columns = length > 0
            ? [new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(), new EventsColumn(tally), new RemainingTimeColumn()]
            : [new SpinnerColumn(), new EventsColumn(tally), new ElapsedTimeColumn()];
        return terminal.Progress().AutoClear(true).Columns(columns).StartAsync(async context =>
        {
            var task = context.AddTask("scan", maxValue: length > 0 ? length : 1);
            task.IsIndeterminate = length == 0;
            await using var timer = TimeProvider.System.CreateTimer(_ => task.Value = length > 0 ? files.BytesRead : 0, null, Refresh, Refresh);
            await Task.Run(work);
        });
    }

    private sealed class EventsColumn(ScanTally tally) : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(string.Create(CultureInfo.InvariantCulture, $"{tally.Events:N0} events, {tally.Rate:N0}/s"));
    }
}
