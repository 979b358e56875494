using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AuditWatch.State.Journaling;

namespace AuditWatch.Tests.State.Journaling;

public sealed class JournalMetricsTests : IDisposable
{
    private readonly JournalHarness _journal = new();
    private readonly ConcurrentDictionary<string, long> _sums = new();
    private readonly MeterListener _listener = new();

    public JournalMetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "AuditWatch" && instrument.Name.StartsWith("auditwatch.journal.", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
        {
            if (tags is [{ Key: "directory", Value: string directory }] && directory == _journal.Directory)
            {
                _sums.AddOrUpdate(instrument.Name["auditwatch.journal.".Length..], count, (_, sum) => sum + count);
            }
        });
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _journal.Dispose();
    }

    [Fact]
    public async Task Journal_FailsAndRecoversAndCompacts_IsCounted()
    {
        _journal.Options = _journal.Options with { LeastDeadBytes = 10_000 };
        await _journal.WriteAsync(("t", "a", new string('x', 1_000)));
        var journal = _journal.Open();
        Assert.Equal(new FileInfo(_journal[1]).Length, _sums["size"]);

        var fails = true;
        _journal.Files.Before = (operation, _) =>
        {
            if (fails && operation == "write")
            {
                fails = false;
                throw new IOException("It is broken.");
            }
        };
        var commit = journal.CommitAsync(Changes.Of(("t", "b", new string('x', 20_000))));
        await _journal.Time.NextWaitAsync(except: TimeSpan.Zero);
        Assert.Equal(1, _sums["failures"]);
        Assert.InRange(_sums["queue"], 20_000, 20_100);
        _journal.Time.Advance(JournalWriter.RetryInterval);
        await commit;
        Assert.Equal(0, _sums["queue"]);
        Assert.Equal(2, _sums["commits"]);
        Assert.InRange(_sums["syncs"], 2, 10);
        Assert.InRange(_sums["size"], 21_000, 21_500);

        await journal.CommitAsync(Changes.Of(("t", "b", null)));
        await journal.DisposeAsync();
        await using (var again = _journal.Open())
        {
            for (var i = 0; i < 1_000 && !_sums.ContainsKey("compactions"); i++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }
        }

        Assert.Equal(1, _sums["compactions"]);
        Assert.Equal(0, _sums["size"]);
    }
}
