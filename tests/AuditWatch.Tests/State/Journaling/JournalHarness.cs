using AuditWatch.State;
using AuditWatch.State.Journaling;
using AuditWatch.Tests.Sources;

namespace AuditWatch.Tests.State.Journaling;

/// <summary>A directory for a journal, and what it needs to be opened again and again.</summary>
internal sealed class JournalHarness : IDisposable
{
    public const long Header = SegmentHeader.Size;

    private readonly TemporaryFolder _folder = new();

    public JournalHarness() => Options = new JournalOptions { Directory = _folder["state"] };

    public JournalOptions Options { get; set; }

    public TestFiles Files { get; set; } = new();

    public VirtualTime Time { get; } = new();

    public RecordingLogger<Journal> Log { get; } = new();

    public string Directory => Options.Directory;

    public Journal Open() => Journal.Open(Options, Files, Time, Log);

    /// <summary>The path of a log.</summary>
    public string this[long number] => Path.Combine(Directory, new SegmentHeader(IsSnapshot: false, number, 0, 0).FileName);

    /// <summary>The names of all files but the lock.</summary>
    public IEnumerable<string> FileNames => System.IO.Directory.EnumerateFiles(Directory).Select(path => Path.GetFileName(path)!).Where(name => name != "lock").Order();

    /// <summary>Commits one change after the other, each awaited; then closes.</summary>
    public async Task WriteAsync(params IEnumerable<(string Table, string Key, string? Value)> changes)
    {
        await using var journal = Open();
        foreach (var change in changes)
        {
            await journal.CommitAsync(Changes.Of(change));
        }
    }

    /// <summary>Opens the journal, reads a table, closes.</summary>
    public async Task<List<string>> ReadAsync(string table = "t")
    {
        await using var journal = Open();
        return [.. journal.Read(table).Select(Changes.Text)];
    }

    /// <summary>Tries to open the journal; what the refusal says.</summary>
    public async Task<string> RefusalAsync() => (await Assert.ThrowsAsync<StateException>(() => ReadAsync())).Message;

    /// <summary>Puts a copy of all files elsewhere.</summary>
    public JournalHarness Copy()
    {
        var copy = new JournalHarness();
        copy.Options = Options with { Directory = copy.Directory };
        System.IO.Directory.CreateDirectory(copy.Directory);
        foreach (var name in FileNames)
        {
            File.Copy(Path.Combine(Directory, name), Path.Combine(copy.Directory, name));
        }

        return copy;
    }

    public void Dispose() => _folder.Dispose();
}
