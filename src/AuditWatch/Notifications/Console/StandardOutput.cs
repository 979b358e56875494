using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AuditWatch.Notifications.Console;

/// <summary>
/// The standard output of the process. <see cref="System.Console.Out"/> says nothing when a pipe's reader has gone away: alerts would count as
/// delivered for ever.
/// </summary>
internal static class StandardOutput
{
    /// <summary>A writer to it, thread-safe, that fails with an <see cref="IOException"/> when it is a pipe that nobody reads any more.</summary>
    public static TextWriter Open()
    {
        if (OperatingSystem.IsWindows() || !System.Console.IsOutputRedirected)
        {
            return System.Console.Out;
        }

        // A file has no reader, and a stream of our own would write over what others write to it.
        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? System.Console.Out : TextWriter.Synchronized(new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)));
    }
}
