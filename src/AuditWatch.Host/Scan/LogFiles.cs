using System.Collections.Concurrent;
using System.Reactive.Linq;
using AuditWatch.Events;
using AuditWatch.Sources;
using AuditWatch.Sources.LogFile;

namespace AuditWatch.Host.Scan;

/// <summary>Logs of the past, compressed or not, read from beginning to end, one after the other in the order of their first events.</summary>
internal sealed class LogFiles
{
    private const string StandardInput = "-";

    private readonly IReadOnlyList<string> _paths;
    private readonly TimeProvider _time;
    private readonly ConcurrentQueue<(string Source, Func<long> BytesRead)> _begun = new();

    /// <summary>Logs that are there.</summary>
    /// <param name="paths">Files, and folders of audit logs; <c>-</c> is standard input.</param>
    /// <param name="time">Tells when a batch arrived.</param>
    /// <exception cref="UsageException">One of them is not there, or there are no logs in a folder.</exception>
    public LogFiles(IReadOnlyList<string> paths, TimeProvider time)
    {
        // Not opened to see whether it can be: a pipe can be opened only once.
        _paths = [.. paths.SelectMany(FilesOf)];
        _time = time;
        Length = _paths.Contains(StandardInput) ? 0 : _paths.Sum(LengthOf);
    }

    /// <summary>How many bytes there are to read, compressed ones as they are; 0 if nobody knows.</summary>
    public long Length { get; }

    /// <summary>How many of them have been read. Safe to ask from any thread.</summary>
    public long BytesRead => _begun.Sum(file => file.BytesRead());

    /// <summary>Those of which something has been read, as the origins of their events are called.</summary>
    public IEnumerable<string> NotEmpty => _begun.Where(file => file.BytesRead() > 0).Select(file => file.Source);

    /// <summary>Reads them. Fails with an <see cref="IOException"/> that names the file if one cannot be read.</summary>
    /// <param name="lookAhead">Gets each batch of a file before it is pushed, on one of several threads that read.</param>
    public IObservable<EventBatch> Read(Action<EventBatch> lookAhead) =>
        Observable.FromAsync(InOrderAsync).SelectMany(paths => paths.Select(path => Observable.Defer(() => Read(path, lookAhead))).Concat());

    private IObservable<EventBatch> Read(string path, Action<EventBatch> lookAhead)
    {
        if (path == StandardInput)
        {
            var input = StreamSource.FromStandardInput(_time);
            _begun.Enqueue((StreamSource.StandardInput, () => input.BytesRead));
            return input.Batches;
        }

        var file = new LogFileSource(path, _time, lookAhead);
        _begun.Enqueue((path, () => file.BytesRead));
        return file.Batches;
    }

    private static IEnumerable<string> FilesOf(string path)
    {
        if (path == StandardInput || File.Exists(path))
        {
            return [path];
        }

        if (!Directory.Exists(path))
        {
            throw new UsageException($"there is no file '{path}'");
        }

        try
        {
            return LogFolder.AuditLogs(path) is { Count: > 0 } logs
                ? logs
                : throw new UsageException($"there is no audit log in the folder '{path}', that is audit*.log or what such a file is rotated to: name the files");
        }
        catch (UnauthorizedAccessException problem)
        {
            throw new UsageException(problem.Message);
        }
    }

    // A pipe is not looked into, for what is read of it is gone: like a log without events, it comes after what was named before it.
    private async Task<IEnumerable<string>> InOrderAsync(CancellationToken cancellation)
    {
        var timed = new List<(DateTimeOffset? First, string Path)>();
        foreach (var path in _paths)
        {
            var first = path == StandardInput || LengthOf(path) == 0 ? null : await FirstEvent.TimeAsync(path, cancellation);
            timed.Add((first ?? timed.LastOrDefault().First, path));
        }

        return timed.OrderBy(log => log.First).Select(log => log.Path);
    }

    // 0 of a pipe, also where the name is a link to one, as in <(zcat audit.log.gz).
    private static long LengthOf(string path) =>
        new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path) is { Exists: true } file ? file.Length : 0;
}
