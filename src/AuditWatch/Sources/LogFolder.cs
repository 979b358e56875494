using System.Text.RegularExpressions;

namespace AuditWatch.Sources;

/// <summary>
/// Finds the audit logs in a folder by their names: as the API server rotates them (<c>audit-2026-11-21T04-05-06.789.log</c>) or logrotate does
/// (<c>audit.log.1</c>, <c>audit.log-20261121</c>, <c>audit-20261121.log</c>), with <c>.gz</c> or <c>.zst</c> once they are compressed.
/// </summary>
internal static partial class LogFolder
{
    private static readonly string[] Compressed = [".gz", ".zst"];

    /// <summary>The audit logs in a folder, in no particular order: <c>audit*.log</c> and what they are rotated to. Folders in it are not looked into.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static IReadOnlyList<string> AuditLogs(string folder) => Files(folder, AnyAuditLog());

    /// <summary>The files that a log has been rotated to, in no particular order; without the log itself.</summary>
    internal static IReadOnlyList<string> RotatedFrom(string log)
    {
        var name = Regex.Escape(Path.GetFileName(log));
        var stem = Regex.Escape(Path.GetFileNameWithoutExtension(log));
        var extension = Regex.Escape(Path.GetExtension(log));
        var rotated = new Regex($@"^({stem}-(\d{{4}}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{{3}}|\d{{8}}(-\d+)?){extension}|{name}(\.\d+|-\d{{8}}(-\d+)?))(\.gz|\.zst)?$", RegexOptions.CultureInvariant);
        var folder = Path.GetDirectoryName(Path.GetFullPath(log))!;
        return Directory.Exists(folder) ? Files(folder, rotated) : [];
    }

    // Whoever compresses a file removes it when that is done: until then the compressed one is not all there.
    private static List<string> Files(string folder, Regex name)
    {
        var paths = Directory.EnumerateFiles(folder).Where(path => name.IsMatch(Path.GetFileName(path))).ToHashSet(StringComparer.Ordinal);
        return [.. paths.Where(path => !Array.Exists(Compressed, end => path.EndsWith(end, StringComparison.Ordinal) && paths.Contains(path[..^end.Length])))];
    }

    [GeneratedRegex(@"^audit.*\.log([.-]\d[\d-]*)?(\.gz|\.zst)?$", RegexOptions.CultureInvariant)]
    private static partial Regex AnyAuditLog();
}
