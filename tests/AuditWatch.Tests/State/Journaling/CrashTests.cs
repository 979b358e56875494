using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.State.Journaling;

/// <summary>
/// After a crash at any operation on a file, or a loss of power, there are the commits up to one of them: all of them that were acknowledged, none without
/// those before it, and none in part.
/// </summary>
public class CrashTests
{
    [Fact]
    public void Open_AfterCrashAtEveryOperation_HasAPrefixWithAllThatWasAcknowledged()
    {
        var history = Enumerable.Range(0, 50).Select(i => new Step(
            [(i % 7, i % 11 == 0 ? null : 20 + (i % 5 * 40)), (i * 5 % 13, 10)], IsAwaited: i % 4 != 1, Reopens: i % 20 == 15)).ToArray();
        var at = 0;
        while (!Survives(history, crashAt: at, kept: unsynced => at * 31 % (unsynced + 1), blanks: at % 3 == 0, losesNames: at % 2 == 0))
        {
            at++;
        }

        // It has compacted several times by the end.
        Assert.InRange(at, 150, 2_000);
    }

    [Fact]
    public void Open_AfterAnyHistory_HasAPrefixWithAllThatWasAcknowledged() => Prop.ForAll(
        (from history in StepGen.ListOf(40)
         from crashAt in Gen.Choose(0, 1000)
         from kept in Gen.Choose(0, 1000)
         from blanks in Gen.Elements(true, false)
         from losesNames in Gen.Elements(true, false)
         select (history, crashAt, kept, blanks, losesNames)).ToArbitrary(),
        sample => { Survives([.. sample.history], sample.crashAt, unsynced => unsynced * sample.kept / 1000, sample.blanks, sample.losesNames); }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task CommitAsync_OneOperationFails_LosesNothing()
    {
        var history = Enumerable.Range(0, 40).Select(i => new Step([(i % 7, i % 11 == 0 ? null : 20 + (i % 5 * 40)), (i * 5 % 13, 10)], IsAwaited: true, Reopens: false)).ToArray();
        var operations = 1;
        for (var failing = 1; failing <= operations; failing++)
        {
            using var harness = new JournalHarness();
            harness.Options = harness.Options with { LeastDeadBytes = 1_000, SliceBytes = 300 };
            await harness.WriteAsync();

            // Opening what is there takes two operations. There is one failure, so there is one retry at most.
            var opened = harness.Files.Operations + 2;
            harness.Files.Before = (_, _) =>
            {
                if (harness.Files.Operations == opened + failing)
                {
                    throw new IOException("It fails once.");
                }
            };
            _ = harness.Time.NextWaitAsync(except: TimeSpan.Zero).ContinueWith(_ => harness.Time.Advance(TimeSpan.FromSeconds(1)), TaskScheduler.Default);
            var (states, acknowledged) = await RunAsync(harness, history, crash: new TaskCompletionSource().Task);
            operations = Math.Max(operations, harness.Files.Operations - opened);
            harness.Files = new TestFiles();

            Assert.Equal(history.Length, acknowledged);
            Assert.Equal(states[^1], await ContentAsync(harness));
            Assert.DoesNotContain(harness.FileNames, name => name.EndsWith(".tmp", StringComparison.Ordinal));
        }
    }

    private static Gen<Step> StepGen =>
        from changes in (from key in Gen.Choose(0, 9)
                         from length in Gen.OneOf(Gen.Constant<int?>(null), Gen.Choose(0, 300).Select(length => (int?)length))
                         select (key, length)).NonEmptyListOf()
        from isAwaited in Gen.Frequency((3, Gen.Constant(true)), (1, Gen.Constant(false)))
        from reopens in Gen.Frequency((1, Gen.Constant(true)), (20, Gen.Constant(false)))
        select new Step([.. changes], isAwaited, reopens);

    // Whether the whole history was written before the crash was due.
    private static bool Survives(Step[] history, int crashAt, Func<long, long> kept, bool blanks, bool losesNames)
    {
        using var harness = new JournalHarness();
        harness.Options = harness.Options with { LeastDeadBytes = 1_000, SliceBytes = 300 };
        var crash = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        harness.Files.Before = (_, _) =>
        {
            if (harness.Files.Operations > crashAt)
            {
                crash.TrySetResult();
                throw new IOException("The process is gone.");
            }
        };
        harness.Files.WrittenByFailure = crashAt % 50;

        var (states, acknowledged) = RunAsync(harness, history, crash.Task).GetAwaiter().GetResult();
        if (crash.Task.IsCompleted)
        {
            harness.Files.LosePower(kept, blanks, losesNames);
        }

        harness.Files = new TestFiles();
        var found = ContentAsync(harness).GetAwaiter().GetResult();
        var prefix = states.FindLastIndex(state => state == found);
        Assert.True(prefix >= acknowledged, $"Crash at {crashAt}: found\n{found}\nwhich is the state after {prefix} commits, while {acknowledged} of {states.Count - 1} were acknowledged: {states[acknowledged]}");

        // What comes later stands on it.
        harness.WriteAsync(("later", "k", "x")).GetAwaiter().GetResult();
        Assert.Equal(found, ContentAsync(harness).GetAwaiter().GetResult());
        Assert.Equal(["k=x"], harness.ReadAsync("later").GetAwaiter().GetResult());
        return !crash.Task.IsCompleted;
    }

    // The states before the first commit and after each, and how many were acknowledged before the crash.
    private static async Task<(List<string> States, int Acknowledged)> RunAsync(JournalHarness harness, Step[] history, Task crash)
    {
        var model = new SortedDictionary<string, string>(StringComparer.Ordinal);
        List<string> states = [""];
        List<Task> commits = [];
        AuditWatch.State.Journaling.Journal? journal = null;
        try
        {
            foreach (var (step, number) in history.Select((step, number) => (step, number)))
            {
                journal ??= harness.Open();
                var changes = step.Changes.Select(change => (Key: $"{change.Key}", Value: change.Length is { } length ? $"{number}:{new string('x', length)}" : null)).ToList();
                foreach (var (key, value) in changes)
                {
                    model.Remove(key);
                    if (value is not null)
                    {
                        model.Add(key, value);
                    }
                }

                states.Add(string.Join('\n', model.Select(pair => $"{pair.Key}={pair.Value}")));
                commits.Add(journal.CommitAsync(Changes.Of(changes.Select(change => ("t", change.Key, change.Value)))));
                if (step.IsAwaited)
                {
                    await Task.WhenAny(commits[^1], crash);
                }

                if (step.Reopens)
                {
                    await journal.DisposeAsync();
                    journal = null;
                }

                if (crash.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (IOException) when (crash.IsCompleted)
        {
        }

        await (journal?.DisposeAsync() ?? ValueTask.CompletedTask);
        return (states, commits.FindLastIndex(commit => commit.IsCompletedSuccessfully) + 1);
    }

    private static async Task<string> ContentAsync(JournalHarness harness) => string.Join('\n', await harness.ReadAsync());

    private sealed record Step((int Key, int? Length)[] Changes, bool IsAwaited, bool Reopens)
    {
        public override string ToString() => $"[{string.Join(' ', Changes)}]{(IsAwaited ? " awaited" : "")}{(Reopens ? " reopens" : "")}";
    }
}
