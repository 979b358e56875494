using System.Collections;

namespace AuditWatch;

/// <summary>Collects the diagnostics of a set of files, so that an author gets all of them at once. Not thread-safe.</summary>
public sealed class Diagnostics : IReadOnlyCollection<Diagnostic>
{
    private readonly List<Diagnostic> _all = [];

    /// <inheritdoc/>
    public int Count => _all.Count;

    /// <summary>Whether any of it is an error.</summary>
    public bool HasErrors => ErrorCount > 0;

    /// <summary>How many errors there are.</summary>
    public int ErrorCount { get; private set; }

    /// <summary>Adds an error.</summary>
    public void Error(SourceLocation location, string message)
    {
        ErrorCount++;
        _all.Add(new Diagnostic(location, DiagnosticSeverity.Error, message));
    }

    /// <summary>Adds an error: a secret is not there at the moment, and what needs it is right otherwise.</summary>
    internal void MissingSecret(SourceLocation location, string message)
    {
        MissingSecrets++;
        Error(location, message);
    }

    /// <summary>How many of the errors are about secrets that are not there at the moment.</summary>
    internal int MissingSecrets { get; private set; }

    /// <summary>Adds all that others have.</summary>
    internal void AddRange(Diagnostics others)
    {
        _all.AddRange(others._all);
        ErrorCount += others.ErrorCount;
        MissingSecrets += others.MissingSecrets;
    }

    /// <summary>Adds a warning.</summary>
    public void Warning(SourceLocation location, string message) => _all.Add(new Diagnostic(location, DiagnosticSeverity.Warning, message));

    /// <summary>Adds a notice.</summary>
    public void Notice(SourceLocation location, string message) => _all.Add(new Diagnostic(location, DiagnosticSeverity.Notice, message));

    /// <summary>All of it by file and place.</summary>
    public IEnumerator<Diagnostic> GetEnumerator() => _all
        .OrderBy(d => d.Location.File, StringComparer.Ordinal).ThenBy(d => d.Location.Line).ThenBy(d => d.Location.Column)
        .GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
