using System.Security.Cryptography;
using System.Text;

namespace AuditWatch.Detection;

/// <summary>
/// Finds the files in folders of detections. Folders and files whose names begin with a dot are left out: a mounted ConfigMap has every file a second time in
/// such a folder.
/// </summary>
internal static class DetectionFiles
{
    // Deeper than anybody files rules; ends a loop of symbolic links.
    private const int MaxDepth = 16;

    /// <summary>The YAML files in a folder, to any depth, by path; of tests only, or of everything but tests.</summary>
    public static IEnumerable<string> In(string folder, bool tests) => All(folder, 0)
        .Where(file => Path.GetExtension(file) is ".yml" or ".yaml" && DetectionLoader.IsTestFile(file) == tests)
        .Order(StringComparer.Ordinal);

    /// <summary>A hash (SHA-256, hexadecimal) of the names and contents of the files in the folders, but for tests, and of the files given: it changes when detections may have.</summary>
    public static string ContentHash(IEnumerable<string> paths)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Listed(paths))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file + '\0'));
            try
            {
                hash.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // Gone between listing and reading: it is not part of what is there.
                hash.AppendData("unreadable"u8);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>
    /// The names, lengths and times of change of the same files, which cost a fraction of their contents. It changes when the contents do, unless somebody keeps both, or
    /// writes the same length twice within what the file system's clock can tell.
    /// </summary>
    public static IReadOnlyList<(string File, long Length, DateTime Written)> Glance(IEnumerable<string> paths) => [.. Listed(paths).Select(Glance)];

    /// <summary>All files in a folder, to any depth.</summary>
    public static IEnumerable<string> Everything(string folder) => All(folder, 0);

    /// <summary>The files in a folder itself. A folder that has gone, perhaps while it was being looked at, has none.</summary>
    public static IReadOnlyList<string> Directly(string folder, string pattern = "*") => Entries(folder, pattern, Directory.GetFiles);

    private static (string File, long Length, DateTime Written) Glance(string file)
    {
        try
        {
            var info = new FileInfo(file);
            info = info.Attributes.HasFlag(FileAttributes.ReparsePoint) ? (FileInfo?)info.ResolveLinkTarget(returnFinalTarget: true) ?? info : info;
            return (file, info.Length, info.LastWriteTimeUtc);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return (file, -1, default);
        }
    }

    private static IEnumerable<string> Listed(IEnumerable<string> paths) => paths
        .SelectMany(IEnumerable<string> (path) => Directory.Exists(path) ? All(path, 0).Where(file => !DetectionLoader.IsTestFile(file)).Order(StringComparer.Ordinal) : [path]);

    private static IEnumerable<string> All(string folder, int depth) => depth > MaxDepth ? [] :
    [
        .. Directly(folder),
        .. Entries(folder, "*", Directory.GetDirectories).SelectMany(below => All(below, depth + 1)),
    ];

    private static IReadOnlyList<string> Entries(string folder, string pattern, Func<string, string, EnumerationOptions, string[]> list)
    {
        try
        {
            return [.. list(folder, pattern, new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = 0 }).Where(IsVisible)];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static bool IsVisible(string path) => !Path.GetFileName(path).StartsWith('.');
}
