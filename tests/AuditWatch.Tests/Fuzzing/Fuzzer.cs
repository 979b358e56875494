using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;
using Xunit.Abstractions;

namespace AuditWatch.Tests.Fuzzing;

/// <summary>
/// Makes one input after the other, each from a seed of its own, and tries a property on it until its time is over. AUDITWATCH_FUZZ_SECONDS says how long
/// all targets together take: 5 seconds by default. AUDITWATCH_FUZZ_SEED tries a single input again.
/// </summary>
internal sealed class Fuzzer(ITestOutputHelper output)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// An input that is still there after so many looks hangs: it usually takes a thousandth of a second, on a busy machine a tenth. No clock, which
    /// goes on while the process is stopped and the machine sleeps.
    /// </summary>
    private const int Patience = 60;

    // One for each of the tests of this folder.
    private const int Targets = 6;

    // As much as threads have on small systems: a stack that overflows does it here.
    private const int StackBytes = 1_500_000;

    private const long MostAllocatedBytes = 1_000_000_000;

    private readonly Lock _lock = new();
    private (int Seed, byte[]? Input, int Looks) _current;
    private (long Bytes, int Seed) _mostAllocated;

    /// <summary>Tries a property on inputs made at random.</summary>
    /// <param name="target">What is tried, by the name of its test.</param>
    /// <param name="make">Makes an input; from equal seeds equal ones.</param>
    /// <param name="check">Throws if the input is not dealt with as it should be.</param>
    public void Run(string target, Func<Random, byte[]> make, Action<byte[], Random> check)
    {
        var replayed = Environment.GetEnvironmentVariable("AUDITWATCH_FUZZ_SEED");
        var first = replayed is null ? Random.Shared.Next() : int.Parse(replayed, CultureInfo.InvariantCulture);
        var end = Stopwatch.GetTimestamp() + (long)(Stopwatch.Frequency * Seconds() / Targets);
        var last = first;
        ExceptionDispatchInfo? problem = null;

        // What ends the process leaves this file.
        var trace = Path.Combine(Path.GetTempPath(), $"auditwatch-fuzz-{target}-{Environment.ProcessId}.seed");
        using var seeds = File.OpenHandle(trace, FileMode.Create, FileAccess.Write, FileShare.Read);
        var worker = new Thread(
            () =>
            {
                try
                {
                    for (var seed = first; ; seed = unchecked(seed + 1))
                    {
                        last = seed;
                        RandomAccess.Write(seeds, Encoding.ASCII.GetBytes($"{seed,11}\n"), 0);
                        Try(seed, make, check);
                        if (replayed is not null || Stopwatch.GetTimestamp() >= end)
                        {
                            return;
                        }
                    }
                }
                catch (Exception thrown)
                {
                    problem = ExceptionDispatchInfo.Capture(thrown);
                }
            },
            StackBytes)
        {
            IsBackground = true,
        };
        worker.Start();
        while (!worker.Join(BetweenLooks))
        {
            ThrowIfHanging(target);
        }

        File.Delete(trace);
        if (problem is not null)
        {
            throw new InvalidOperationException($"{Describe(target, last)}\n{problem.SourceException}", problem.SourceException);
        }

        output.WriteLine($"{unchecked(last - first) + 1L} inputs, seeds {first} to {last}; the most that was allocated for one: {_mostAllocated.Bytes >> 20} MiB, for seed {_mostAllocated.Seed}");
    }

    private static double Seconds() => double.Parse(Environment.GetEnvironmentVariable("AUDITWATCH_FUZZ_SECONDS") ?? "5", CultureInfo.InvariantCulture);

    private void Try(int seed, Func<Random, byte[]> make, Action<byte[], Random> check)
    {
        var random = new Random(seed);
        Note(seed, input: null);
        var input = make(random);
        Note(seed, input);
        var before = GC.GetAllocatedBytesForCurrentThread();
        check(input, random);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        _mostAllocated = allocated > _mostAllocated.Bytes ? (allocated, seed) : _mostAllocated;
        Assert.True(allocated < MostAllocatedBytes, $"{allocated} bytes were allocated for an input of {input.Length}");
    }

    private void Note(int seed, byte[]? input)
    {
        lock (_lock)
        {
            _current = (seed, input, Looks: 0);
        }
    }

    private void ThrowIfHanging(string target)
    {
        lock (_lock)
        {
            if (++_current.Looks > Patience)
            {
                throw new TimeoutException($"{Describe(target, _current.Seed)}\nhangs: it has taken {Patience * BetweenLooks.TotalSeconds} seconds so far");
            }
        }
    }

    private string Describe(string target, int seed)
    {
        var file = Path.Combine(Path.GetTempPath(), $"auditwatch-fuzz-{target}-{seed}.input");
        File.WriteAllBytes(file, _current.Input ?? []);
        return $"{target}: the input of seed {seed}, now in {file}; again with AUDITWATCH_FUZZ_SEED={seed} dotnet test tests/AuditWatch.Tests --filter {target}";
    }
}
