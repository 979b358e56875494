namespace AuditWatch.Detection;

/// <summary>A copy of the last set of detections that could be used, for a start at which the files cannot. For one caller at a time.</summary>
/// <param name="folder">Where it is kept: a folder of its own.</param>
internal sealed class KeptDetections(string folder)
{
    /// <summary>The copy; nothing if there is none.</summary>
    public IReadOnlyList<string> Paths => Directory.Exists(folder) ? [folder] : [];

    /// <summary>Puts a copy in the place of the one before.</summary>
    /// <param name="paths">Folders and files that can be used.</param>
    /// <exception cref="IOException">It cannot be written; the one before may be gone.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Keep(IReadOnlyList<string> paths)
    {
        var fresh = $"{folder}.new";
        Delete(fresh);
        for (var i = 0; i < paths.Count; i++)
        {
            var isFolder = Directory.Exists(paths[i]);
            var root = isFolder ? paths[i] : Path.GetDirectoryName(Path.GetFullPath(paths[i]))!;
            foreach (var file in isFolder ? DetectionFiles.Everything(root) : [paths[i]])
            {
                var copy = Path.Combine(fresh, i.ToString("d3", null), Path.GetRelativePath(root, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.WriteAllBytes(copy, File.ReadAllBytes(file));
            }
        }

        Delete(folder);
        Directory.Move(fresh, folder);
    }

    private static void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
