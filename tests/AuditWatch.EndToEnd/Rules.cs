namespace AuditWatch.EndToEnd;

/// <summary>Detections that the tests bring along.</summary>
internal static class Rules
{
    /// <summary>Of the shipped detections the one of execs, for tests that are about something else: to start with all of them takes twice as much of the processor.</summary>
    public static string Exec { get; } = Path.Combine(AppContext.BaseDirectory, "detections", "execution", "exec_into_pod.yml");

    /// <summary>The line of a configuration that has <see cref="Exec"/> run alone.</summary>
    public static string ExecAlone { get; } = $"detections: ['{Exec}']";

    /// <summary>Fires once on the sample: the creation of the namespace payments.</summary>
    public const string Low = """
        title: Namespace payments created
        name: namespace_payments_created
        status: test
        level: low
        logsource: {product: kubernetes, service: audit}
        detection:
          selection:
            verb: create
            objectRef.resource: namespaces
            objectRef.name: payments
          condition: selection
        """;
}
