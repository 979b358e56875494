using AuditWatch.State;
using AuditWatch.State.Journaling;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Benchmarks;

/// <summary>
/// Commits of 1 KB, each durable before its caller makes the next one, beside the least there is to do for one: a write and an fsync. The mean is the time
/// of one commit: of 64 callers, each has to wait 64 times as long at most.
/// </summary>
public class JournalBenchmarks : IDisposable
{
    private const int ManyCallers = 64;
    private const int CommitsEach = 64;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("auditwatch-");
    private readonly byte[] _record = new byte[1024];
    private Journal _journal = null!;
    private FileStream _file = null!;
    private int _key;

    [GlobalSetup]
    public void Open()
    {
        _journal = Journal.Open(new JournalOptions { Directory = Path.Combine(_folder.FullName, "state") }, TimeProvider.System, NullLogger<Journal>.Instance);
        _file = new FileStream(Path.Combine(_folder.FullName, "plain"), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 });
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _journal.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _file.Dispose();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A write and an fsync, by one caller: what everything else is compared with.</summary>
    [Benchmark(Baseline = true)]
    public void WriteAndSync()
    {
        _file.Write(_record);
        _file.Flush(flushToDisk: true);
    }

    /// <summary>A commit, by one caller.</summary>
    [Benchmark]
    public Task Commit() => CommitAsync();

    /// <summary>Commits by 64 callers at once.</summary>
    [Benchmark(OperationsPerInvoke = ManyCallers * CommitsEach)]
    public Task CommitByMany() => Task.WhenAll(Enumerable.Range(0, ManyCallers).Select(async _ =>
    {
        for (var i = 0; i < CommitsEach; i++)
        {
            await CommitAsync();
        }
    }));

    private Task CommitAsync()
    {
        var changes = new StateChanges();
        changes.Put("records", (Interlocked.Increment(ref _key) % 10_000).ToString(System.Globalization.CultureInfo.InvariantCulture), _record);
        return _journal.CommitAsync(changes);
    }
}
