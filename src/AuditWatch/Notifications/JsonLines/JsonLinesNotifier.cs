using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;

namespace AuditWatch.Notifications.JsonLines;

/// <summary>
/// Appends to a file a line of JSON for each alert of a notification. The file is opened anew each time, so that it can be rotated, and can be read by
/// its owner only.
/// </summary>
/// <param name="name">What to call it in logs and metrics.</param>
/// <param name="path">The file; made if it is not there, its folder is not.</param>
internal sealed class JsonLinesNotifier(string name, string path) : INotifier
{
    // By path: two receivers may have the same file, and must not mix their lines.
    private static readonly ConcurrentDictionary<string, Lock> Writers = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async Task<DeliveryResult> NotifyAsync(Notification notification, CancellationToken cancellation)
    {
        var lines = Lines(notification);
        try
        {
            // On a thread of its own: a network file system that hangs does so beyond the reach of any cancellation.
            await Task.Run(() => Append(lines), CancellationToken.None).WaitAsync(cancellation);
            return DeliveryResult.Delivered;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return DeliveryResult.Retry($"cannot write: {problem.Message}");
        }
    }

    private static byte[] Lines(Notification notification)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var alert in notification.Alerts)
        {
            using (var json = new Utf8JsonWriter(bytes))
            {
                NotificationJson.Write(json, notification, alert);
            }

            bytes.Write("\n"u8);
        }

        return bytes.WrittenSpan.ToArray();
    }

    private void Append(byte[] lines)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var only = Writers.GetOrAdd(path, _ => new Lock()).EnterScope();
        using var file = new FileStream(path, options);
        if (file.CanSeek && file.Length > 0)
        {
            file.Seek(-1, SeekOrigin.End);
            if (file.ReadByte() != '\n')
            {
                // The rest of a line that a full disk cut off.
                file.WriteByte((byte)'\n');
            }
        }

        file.Write(lines);
    }
}
