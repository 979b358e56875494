namespace AuditWatch.EndToEnd;

/// <summary>Programs that some tests want and some machines lack.</summary>
internal static class Tools
{
    /// <summary>Where the program is, looked for in <paramref name="folders"/> and on the path; null if it is not on this machine.</summary>
    public static string? Find(string program, params string?[] folders) =>
        folders.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .Where(folder => !string.IsNullOrEmpty(folder))
            .Select(folder => Path.Combine(folder!, program))
            .FirstOrDefault(File.Exists);

    /// <summary>Whether the program is on the path.</summary>
    public static bool Has(string program) => Find(program) is not null;
}
