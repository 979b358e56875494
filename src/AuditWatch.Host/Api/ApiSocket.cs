using System.Net.Sockets;

namespace AuditWatch.Host.Api;

/// <summary>The socket in the state directory, through which the API answers whoever may use that directory.</summary>
internal static class ApiSocket
{
    /// <summary>What it is called.</summary>
    public const string FileName = "auditwatch.sock";

    /// <summary>Where it is for a state directory.</summary>
    public static string PathIn(string directory) => Path.GetFullPath(Path.Combine(directory, FileName));

    /// <summary>Makes room for it. Nobody else uses the directory: a socket in it is what a crash has left.</summary>
    /// <exception cref="UsageException">The system knows no sockets with so long a path.</exception>
    public static void Prepare(string directory)
    {
        var path = PathIn(directory);
        try
        {
            _ = new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new UsageException($"the state directory '{directory}' has too long a path for a socket in it: name one of at most 80 bytes");
        }

        File.Delete(path);
    }

    /// <summary>Closes it to other users, whatever the directory and the umask allow.</summary>
    public static void Protect(string directory)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(PathIn(directory), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
