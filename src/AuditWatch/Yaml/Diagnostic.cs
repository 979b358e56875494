namespace AuditWatch;

/// <summary>The severity of a diagnostic, in ascending order.</summary>
public enum DiagnosticSeverity
{
    /// <summary>Good to know; nothing has to be done.</summary>
    Notice,

    /// <summary>Works, and probably does not do what its author wants.</summary>
    Warning,

    /// <summary>Cannot be used as it is.</summary>
    Error,
}

/// <summary>A message to the author of a file. Immutable.</summary>
/// <param name="Location">The place that it is about.</param>
/// <param name="Severity">The severity.</param>
/// <param name="Message">What is wrong and what to do about it.</param>
public sealed record Diagnostic(SourceLocation Location, DiagnosticSeverity Severity, string Message)
{
    /// <summary><c>file:line:column: error: message</c>.</summary>
    public override string ToString() => $"{Location}: {Severity.ToString().ToLowerInvariant()}: {Message}";
}
