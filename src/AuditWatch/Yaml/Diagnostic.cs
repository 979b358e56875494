namespace AuditWatch;

/// <summary>How bad a diagnostic is.</summary>
public enum DiagnosticSeverity
{
    /// <summary>Good to know; nothing has to be done.</summary>
    Notice,

    /// <summary>Works, and probably does not do what its author wants.</summary>
    Warning,

    /// <summary>Cannot be used as it is.</summary>
    Error,
}

/// <summary>Something to tell the author of a file.</summary>
/// <param name="Location">Where.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Message">What is wrong and what to do about it.</param>
public sealed record Diagnostic(SourceLocation Location, DiagnosticSeverity Severity, string Message)
{
    /// <summary><c>file:line:column: error: message</c>.</summary>
    public override string ToString() => $"{Location}: {Severity.ToString().ToLowerInvariant()}: {Message}";
}
