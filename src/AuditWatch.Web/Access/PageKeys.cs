namespace AuditWatch.Web.Access;

/// <summary>The keys that seal what browsers keep, in the state directory: whoever has them can say that they are anybody.</summary>
internal static class PageKeys
{
    private const string Name = "page-keys";

    /// <summary>Where they are; nobody but the user of the service can look into it.</summary>
    public static DirectoryInfo DirectoryIn(string state)
    {
        var directory = Path.Combine(state, Name);
        if (OperatingSystem.IsWindows())
        {
            return Directory.CreateDirectory(directory);
        }

        var made = Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        made.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        return made;
    }
}
