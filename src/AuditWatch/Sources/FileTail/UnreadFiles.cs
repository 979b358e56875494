using AuditWatch.Events;

namespace AuditWatch.Sources.FileTail;

/// <summary>The queue of a log's files that are still to be read, by which a file that disappears before it was read is noticed. Not thread-safe.</summary>
internal sealed class UnreadFiles
{
    private List<UnreadFile> _expected = [];

    /// <summary>Remembers which files are to be read yet.</summary>
    public void Expect(IEnumerable<TailedFile> files) => _expected = [.. files.Select(file => new UnreadFile(file.Path, file.Identity, file.Head, file.Length))];

    /// <summary>
    /// The next of them, if it is still called as it was; null if somebody has to look for it. Nothing comes to stand before it any more, but it may
    /// be the original of a copy: that is about to be cut short.
    /// </summary>
    public TailedFile? TryOpenNext(TailedFile current, EventOrigin origin, TimeProvider time)
    {
        try
        {
            if (_expected is [var next, ..] && TailedFile.TryOpen(next.Path, origin, time) is { } file)
            {
                if (file.Identity == next.Identity && file.Begins(next.Head) && !file.Begins(current.Head))
                {
                    _expected.RemoveAt(0);
                    return file;
                }

                file.Dispose();
            }
        }
        catch (UnauthorizedAccessException)
        {
            // Whoever looks will say so.
        }

        return null;
    }

    /// <summary>Those that are there no more, under any name, nor a copy of them, if anything was in them when they were last seen.</summary>
    public IReadOnlyList<UnreadFile> GoneFrom(LogHistory history)
    {
        var gone = _expected.FindAll(file => file.FindIn(history) is null);
        _expected = [.. _expected.Except(gone).Select(file => file.FindIn(history)! is var seen && seen.Length > file.Length ? file with { Head = seen.Head, Length = seen.Length } : file)];
        return gone.FindAll(file => file.Length > 0);
    }
}

/// <summary>A file as it was when it was seen.</summary>
/// <param name="Path">What it was called.</param>
/// <param name="Identity">What tells it from others.</param>
/// <param name="Head">What it began with.</param>
/// <param name="Length">How many bytes it had.</param>
internal sealed record UnreadFile(string Path, FileIdentity Identity, FileHead Head, long Length)
{
    /// <summary>The file, or a copy of it; null if there is neither. One in which nothing was is known by its identity alone.</summary>
    public TailedFile? FindIn(LogHistory history) => Length == 0 ? history.Find(Identity) : history.Find(new TailPosition(Identity, Head, 0, 0, null));
}
