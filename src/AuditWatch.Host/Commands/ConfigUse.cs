using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Configuration;
using AuditWatch.Detection;
using AuditWatch.Sources.Webhook.Access;
using AuditWatch.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Host.Commands;

/// <summary>What a configuration that is right in itself leads to when the service runs: detections, certificates and tokens, the database, and matchers for detections that there are.</summary>
internal static class ConfigUse
{
    /// <summary>Reports what is wrong with it.</summary>
    public static void Check(string file, ServiceConfiguration configuration, Diagnostics diagnostics)
    {
        var paths = DetectionFolders.Resolve(configuration.Detections);
        var detections = DetectionLoader.Load(paths, diagnostics);
        if (detections.Rules.Count == 0 && !diagnostics.HasErrors)
        {
            diagnostics.Error(new SourceLocation(file, 1, 1), $"there are no detections in {string.Join(", ", paths)}");
        }

        CheckNames(file, configuration, detections, diagnostics);
        CheckAccess(file, configuration.WebhookOptions.Tls, configuration.WebhookOptions.Authentication, diagnostics);
        CheckAccess(file, configuration.Page?.Tls, new AuthenticationOptions(), diagnostics);
        if (StateInspection.Objection(configuration.State) is { } objection)
        {
            diagnostics.Error(new SourceLocation(file, 1, 1), $"the state cannot be opened: {objection}");
        }
    }

    private static void CheckNames(string file, ServiceConfiguration configuration, DetectionSet detections, Diagnostics diagnostics)
    {
        var matchers = (configuration.Route?.All().Select(route => route.Matchers) ?? [])
            .Concat(configuration.Inhibit.SelectMany(rule => new[] { rule.Sources, rule.Targets })).Concat(configuration.Silences.Select(silence => silence.Matchers));
        var lines = File.ReadAllLines(file);
        foreach (var (name, text) in UnknownDetections.In(matchers.SelectMany(all => all), detections.Rules.Concat(detections.Broken).Select(rule => rule.Name)))
        {
            var line = Array.FindIndex(lines, one => one.Contains(name, StringComparison.Ordinal));
            var place = new SourceLocation(file, Math.Max(0, line) + 1, line < 0 ? 1 : lines[line].IndexOf(name, StringComparison.Ordinal) + 1);
            diagnostics.Warning(place, text);
        }
    }

    private static void CheckAccess(string file, TlsOptions? tls, AuthenticationOptions authentication, Diagnostics diagnostics)
    {
        try
        {
            using var _ = new WebhookAccess(tls, authentication, NullLogger.Instance);
        }
        catch (Exception problem) when (problem is FormatException or IOException or UnauthorizedAccessException)
        {
            diagnostics.Error(new SourceLocation(file, 1, 1), string.Create(CultureInfo.InvariantCulture, $"certificates or tokens cannot be used: {problem.Message}"));
        }
    }
}
