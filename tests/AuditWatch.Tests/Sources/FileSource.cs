using AuditWatch.Events;
using AuditWatch.Sources;

namespace AuditWatch.Tests.Sources;

/// <summary>A source for a file, compressed or not, that is read from its beginning to its end.</summary>
internal static class FileSource
{
    public static StreamSource Of(string path) => new(new EventOrigin(path), () => LogText.Of(LogText.OpenFile(path)), TimeProvider.System);
}
