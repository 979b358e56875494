namespace AuditWatch;

/// <summary>A folder that is gone when the test is over.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    /// <summary>Where it is.</summary>
    public string FullName { get; } = Directory.CreateTempSubdirectory("auditwatch-").FullName;

    /// <summary>What is in it now.</summary>
    public DirectoryInfo Info => new(FullName);

    /// <summary>The path of a file in it.</summary>
    public string this[string file] => Path.Combine(FullName, file);

    /// <summary>Writes a file into the folder and says where it is.</summary>
    public string Write(string file, string text)
    {
        var path = this[file];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Deletes the folder, whatever is in it; once.</summary>
    public void Dispose()
    {
        if (Directory.Exists(FullName))
        {
            Directory.Delete(FullName, recursive: true);
        }
    }

    /// <summary>Where it is.</summary>
    public override string ToString() => FullName;
}
