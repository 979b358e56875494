using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace AuditWatch.Benchmarks;

/// <summary>Takes notifications on a port of this machine, and notes when each name that a pattern finds in them arrived first.</summary>
/// <param name="address">Where to listen, as in <c>http://127.0.0.1:9999/</c>.</param>
/// <param name="names">What to look for.</param>
/// <param name="answer">How to answer; with 200 unless it is given. Nothing is noted of an answer that refuses.</param>
internal sealed class Receiver(string address, Regex names, Action<HttpListenerContext>? answer = null)
{
    private readonly HttpListener _listener = new() { Prefixes = { address } };
    private readonly ConcurrentDictionary<string, long> _arrived = new(StringComparer.Ordinal);
    private Task _receiving = Task.CompletedTask;
    private long _messages;

    /// <summary>When each name arrived, by <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public IReadOnlyDictionary<string, long> Arrived => _arrived;

    /// <summary>How many messages came, refused ones included.</summary>
    public long Messages => Interlocked.Read(ref _messages);

    /// <summary>Begins to listen.</summary>
    public void Start()
    {
        _listener.Start();
        _receiving = ReceiveAsync();
    }

    /// <summary>Stops listening.</summary>
    public Task StopAsync()
    {
        _listener.Stop();
        return _receiving;
    }

    private async Task ReceiveAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception) when (!_listener.IsListening)
            {
                return;
            }

            try
            {
                await TakeAsync(context);
            }
            catch (Exception broken) when (broken is HttpListenerException or IOException or ObjectDisposedException)
            {
                // The sender went away in the middle; it will send again.
            }
        }
    }

    private async Task TakeAsync(HttpListenerContext context)
    {
        var arrived = Stopwatch.GetTimestamp();
        Interlocked.Increment(ref _messages);
        using var reader = new StreamReader(context.Request.InputStream);
        var found = names.Matches(await reader.ReadToEndAsync());
        if (answer is not null)
        {
            answer(context);
            return;
        }

        foreach (Match name in found)
        {
            _arrived.TryAdd(name.Value, arrived);
        }

        context.Response.Close();
    }
}
