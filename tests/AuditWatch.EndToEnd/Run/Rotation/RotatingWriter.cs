using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace AuditWatch.EndToEnd.Run.Rotation;

/// <summary>
/// Writes audit events to a log and rotates it: as the API server does, by renaming it and perhaps compressing it later, or as logrotate does with
/// copytruncate, but without writing in between, so that nothing is lost by nature.
/// </summary>
internal sealed class RotatingWriter(string log, Random random)
{
    /// <summary>So many actors take turns; with fewer events, each has an actor of its own.</summary>
    public const int Actors = 20_000;

    private static readonly DateTimeOffset Epoch = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    private readonly Queue<string> _uncompressed = new();
    private int _rotations;

    /// <summary>How many events have been written.</summary>
    public int Written { get; private set; }

    /// <summary>How many events of each actor have been written.</summary>
    public Dictionary<string, int> ByActor { get; } = new(StringComparer.Ordinal);

    /// <summary>Writes until the log has been rotated so often.</summary>
    public async Task WriteAsync(int rotations)
    {
        var stream = Open();
        try
        {
            while (_rotations < rotations)
            {
                for (var lines = random.Next(100, 400); lines > 0; lines--)
                {
                    await WriteLineAsync(stream);
                }

                _rotations++;
                stream = await RotateAsync(stream);
                await CompressSomeAsync();
                await PauseAsync(random.Next(200));
            }

            await WriteLineAsync(stream);
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }

    private FileStream Open() => new(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    // Sometimes in two parts, sometimes after a pause, sometimes far longer than others.
    private async Task WriteLineAsync(FileStream stream)
    {
        var line = Encoding.UTF8.GetBytes(Event(Written, random.Next(500) == 0 ? 2_000_000 : random.Next(20, 800)));
        var cut = random.Next(5) == 0 ? random.Next(line.Length) : line.Length;
        await stream.WriteAsync(line.AsMemory(0, cut));
        if (random.Next(200) == 0)
        {
            await PauseAsync(random.Next(1, 30));
        }

        await stream.WriteAsync(line.AsMemory(cut));
        Written++;
    }

    private async Task<FileStream> RotateAsync(FileStream stream)
    {
        if (random.Next(4) == 0)
        {
            File.Copy(log, Rotated($"audit.log-20261121-{_rotations}"));
            await PauseAsync(random.Next(0, 5));
            stream.SetLength(0);
            return stream;
        }

        await stream.DisposeAsync();
        var at = Epoch.AddSeconds(_rotations);
        File.Move(log, Rotated(string.Create(CultureInfo.InvariantCulture, $"audit-{at:yyyy-MM-dd'T'HH-mm-ss.fff}.log")));
        await PauseAsync(random.Next(0, 5));
        return Open();
    }

    private string Rotated(string name)
    {
        var path = Path.Combine(Path.GetDirectoryName(log)!, name);
        _uncompressed.Enqueue(path);
        return path;
    }

    // Beside the file, which is removed when that is done.
    private async Task CompressSomeAsync()
    {
        for (var count = random.Next(3); count > 0 && _uncompressed.TryDequeue(out var path); count--)
        {
            await using (var from = File.OpenRead(path))
            await using (var to = new GZipStream(File.Create(path + ".gz"), CompressionLevel.Fastest))
            {
                await from.CopyToAsync(to);
            }

            File.Delete(path);
        }
    }

    private static Task PauseAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);

    private string Event(int number, int padding)
    {
        var actor = $"user-{number % Actors}";
        ByActor[actor] = ByActor.GetValueOrDefault(actor) + 1;
        var time = Epoch.AddMilliseconds(number).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        return $$"""{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"{{new Guid(number, 0, 0, new byte[8])}}","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/a/pods/b/exec?command={{new string('x', padding)}}","verb":"create","user":{"username":"{{actor}}"},"sourceIPs":["192.0.2.1"],"objectRef":{"resource":"pods","namespace":"a","name":"b","apiVersion":"v1","subresource":"exec"},"responseStatus":{"code":101},"requestReceivedTimestamp":"{{time}}","stageTimestamp":"{{time}}"}""" + "\n";
    }
}
