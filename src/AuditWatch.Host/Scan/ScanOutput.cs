using System.Globalization;
using System.Text;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Host.Output;
using AuditWatch.Incidents;
using AuditWatch.Processing;

namespace AuditWatch.Host.Scan;

/// <summary>What a scan prints on standard output: findings as they come, or alerts at the end, for people or for programs.</summary>
internal abstract class ScanOutput
{
    private ScanOutput()
    {
    }

    /// <summary>Whether it prints to a terminal while the scan goes on, where a progress bar would be in its way.</summary>
    public virtual bool SharesTheTerminal => false;

    /// <summary>The form that was asked for.</summary>
    public static ScanOutput Create(bool asJson, bool findings, bool why) =>
        findings ? new FindingLines(asJson, why) : asJson ? new AlertLines() : new Table(why);

    /// <summary>Takes what a batch brought.</summary>
    public virtual void Write(BatchOutcome outcome)
    {
    }

    /// <summary>Takes the alerts that everything came to, and in words what stories lack that began and were not told.</summary>
    public virtual void Complete(IReadOnlyCollection<Alert> alerts, IReadOnlyList<string> missing)
    {
    }

    private sealed class Table(bool why) : ScanOutput
    {
        public override void Complete(IReadOnlyCollection<Alert> alerts, IReadOnlyList<string> missing)
        {
            if (alerts.Count > 0)
            {
                StoryText.Write(Terminal.Out(), alerts, why);
            }

            if (why && missing.Count > 0)
            {
                StoryText.WriteMissing(Terminal.Out(), missing);
            }
        }
    }

    private sealed class AlertLines : ScanOutput
    {
        public override void Complete(IReadOnlyCollection<Alert> alerts, IReadOnlyList<string> missing) => JsonLines.Write(alerts, IncidentBook.Of(alerts).ByAlert);
    }

    private sealed class FindingLines(bool asJson, bool why) : ScanOutput
    {
        public override bool SharesTheTerminal => !Console.IsOutputRedirected;

        public override void Write(BatchOutcome outcome)
        {
            if (asJson)
            {
                JsonLines.Write(outcome.Findings);
                return;
            }

            using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
            foreach (var finding in outcome.Findings)
            {
                output.Write(Encoding.UTF8.GetBytes(Line(finding)));
                foreach (var clause in why ? finding.Why : [])
                {
                    output.Write(Encoding.UTF8.GetBytes($"    {TerminalText.Neutralise(clause)}\n"));
                }
            }
        }

        private static string Line(Finding finding) => string.Create(
            CultureInfo.InvariantCulture,
            $"{finding.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss'Z'}  {finding.Detection.Level.Word(),-13}  {finding.Detection.Name}  {TerminalText.Neutralise(finding.Actor)}  {TerminalText.Neutralise(finding.Summary)}\n");
    }
}
