using System.Reactive.Linq;
using AuditWatch.Events;
using AuditWatch.Sources;
using AuditWatch.Sources.LogFile;

namespace AuditWatch.Host.Scan;

/// <summary>Logs of the past, read from beginning to end, one after the other.</summary>
internal sealed class LogFiles
{
    private const string StandardInput = "-";

    private readonly IReadOnlyList<string> _paths;
    private readonly TimeProvider _time;

    /// <summary>Logs that are there.</summary>
    /// <param name="paths">The files; <c>-</c> is standard input.</param>
    /// <param name="time">Tells when a batch arrived.</param>
    /// <exception cref="UsageException">One of them is not there.</exception>
    public LogFiles(IReadOnlyList<string> paths, TimeProvider time)
    {
        // Not opened to see whether it can be: a pipe can be opened only once.
        if (paths.FirstOrDefault(path => path != StandardInput && !File.Exists(path)) is { } missing)
        {
            throw new UsageException(Directory.Exists(missing) ? $"'{missing}' is a folder: name the files in it" : $"there is no file '{missing}'");
        }

        if (paths.FirstOrDefault(path => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) is { } compressed)
        {
            throw new UsageException($"'{compressed}' is compressed: zcat '{compressed}' | auditwatch scan -");
        }

        _paths = paths;
        _time = time;
        Length = paths.Contains(StandardInput) ? 0 : paths.Sum(path => new FileInfo(path).Length);
    }

    /// <summary>How many bytes there are to read; 0 if nobody knows.</summary>
    public long Length { get; }

    /// <summary>Reads them. Fails with an <see cref="IOException"/> that names the file if one cannot be read.</summary>
    /// <param name="lookAhead">Gets each batch of a file before it is pushed, on one of several threads that read.</param>
    public IObservable<EventBatch> Read(Action<EventBatch> lookAhead) => _paths
        .Select(path => path == StandardInput ? StreamSource.FromStandardInput(_time).Batches : new LogFileSource(path, _time, lookAhead).Batches)
        .Concat();
}
