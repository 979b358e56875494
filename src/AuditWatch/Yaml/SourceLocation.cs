namespace AuditWatch;

/// <summary>A place in a text file that a person edits.</summary>
/// <param name="File">The file, as the person named it.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The character within the line, from 1.</param>
public readonly record struct SourceLocation(string File, int Line, int Column)
{
    /// <summary><c>file:line:column</c>, the form editors and compilers understand.</summary>
    public override string ToString() => $"{File}:{Line}:{Column}";

    /// <summary>The path that is meant by <paramref name="path"/> written here: a relative one is relative to the folder of the file.</summary>
    public string Resolve(string path) => Path.Combine(Path.GetDirectoryName(File) ?? "", path);
}
