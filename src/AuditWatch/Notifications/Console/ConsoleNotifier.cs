using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Notifications.Console;

/// <summary>Writes alerts to a terminal, a pipe or a file, one compact block for each notification with an empty line after it.</summary>
/// <param name="name">What to call it in logs and metrics.</param>
/// <param name="writer">Where to write; written to once for each notification, by one caller at a time, and not closed.</param>
/// <param name="coloured">Whether it is a terminal that shows ANSI colours, and its user wants them.</param>
internal sealed class ConsoleNotifier(string name, TextWriter writer, bool coloured) : INotifier
{
    private const int BrokenPipe = 32;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async Task<DeliveryResult> NotifyAsync(Notification notification, CancellationToken cancellation)
    {
        var block = TextLayout.Render(Message.From(notification), coloured) + "\n";
        try
        {
            await writer.WriteAsync(block.AsMemory(), cancellation);
            await writer.FlushAsync(cancellation);
            return DeliveryResult.Delivered;
        }
        catch (IOException problem) when (!OperatingSystem.IsWindows() && problem.HResult == BrokenPipe)
        {
            // A reader that has gone away does not come back.
            return DeliveryResult.Rejected("nobody reads the output any more");
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException)
        {
            return DeliveryResult.Retry($"cannot write: {problem.Message}");
        }
    }
}
