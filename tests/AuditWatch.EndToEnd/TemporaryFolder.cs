namespace AuditWatch.EndToEnd;

/// <summary>A folder that is gone when the test is over.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("auditwatch-").FullName;

    public string this[string file] => Path.Combine(_path, file);

    public override string ToString() => _path;

    /// <summary>Writes a file into the folder and says where it is.</summary>
    public string Write(string file, string text)
    {
        var path = this[file];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
