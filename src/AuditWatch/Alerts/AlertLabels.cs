using AuditWatch.Detection;
using AuditWatch.Yaml;

namespace AuditWatch.Alerts;

/// <summary>The labels by which routes, silences and inhibitions tell alerts apart.</summary>
internal static class AlertLabels
{
    /// <summary>The names of all labels. <c>tag</c> has as many values as the detection has tags; every other has one, which may be empty.</summary>
    public static IReadOnlyList<string> Names { get; } = ["detection", "level", "tag", "cluster", "namespace", "actor", "actor.kind"];

    /// <summary>What to tell somebody who wrote a label that does not exist.</summary>
    internal static string Unknown(string name) => $"alerts have no label '{name}'{Suggestion.For(name, Names)}; there are {string.Join(", ", Names)}";

    /// <summary>The namespace of an alert's first request; empty for none.</summary>
    internal static string NamespaceOf(Alert alert) => alert.Requests.Count > 0 ? alert.Requests[0].ObjectRef?.Namespace ?? "" : "";

    /// <summary>The values of a label; none if there is no such label.</summary>
    public static IReadOnlyList<string> ValuesOf(Alert alert, string name) => name switch
    {
        "detection" => [alert.Detection.Name],
        "level" => [alert.Level.Word()],
        "tag" => alert.Detection.Tags,
        "cluster" => [alert.Cluster],
        "namespace" => [NamespaceOf(alert)],
        "actor" => [alert.Actor],
        "actor.kind" => [alert.ActorKind],
        _ => [],
    };
}
