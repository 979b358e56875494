namespace AuditWatch.EndToEnd;

/// <summary>Detections that the tests bring along.</summary>
internal static class Rules
{
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
