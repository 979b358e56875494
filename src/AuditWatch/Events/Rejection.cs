namespace AuditWatch.Events;

/// <summary>Input that could not be read as an audit event, and where it stood.</summary>
/// <param name="Source">The file or other source.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The byte within the line, from 1.</param>
/// <param name="Reason">What is wrong, in words; holds nothing of the input.</param>
public readonly record struct Rejection(string Source, long Line, long Column, string Reason)
{
    /// <summary>Whether it is not even JSON; else it is, only no audit event.</summary>
    public bool IsMalformed { get; init; }

    /// <summary><c>source:line:column: reason</c>.</summary>
    public override string ToString() => $"{Source}:{Line}:{Column}: {Reason}";
}
