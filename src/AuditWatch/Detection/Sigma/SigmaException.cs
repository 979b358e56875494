namespace AuditWatch.Detection.Sigma;

/// <summary>A part of a rule cannot be used; the rule's other problems are found all the same.</summary>
internal sealed class SigmaException(SourceLocation location, string message) : Exception(message)
{
    public SourceLocation Location { get; } = location;
}
