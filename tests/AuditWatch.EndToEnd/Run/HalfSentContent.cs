using System.Net;

namespace AuditWatch.EndToEnd.Run;

/// <summary>A request's body of which the second half waits until it is told to go.</summary>
internal sealed class HalfSentContent(byte[] body) : HttpContent
{
    private readonly TaskCompletionSource _halfSent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _rest = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the first half is on its way.</summary>
    public Task HalfSent => _halfSent.Task;

    public void SendTheRest() => _rest.SetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(body.AsMemory(0, body.Length / 2));
        await stream.FlushAsync();
        _halfSent.SetResult();
        await _rest.Task;
        await stream.WriteAsync(body.AsMemory(body.Length / 2));
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
