using AuditWatch.State.Journaling;
using Microsoft.Win32.SafeHandles;

namespace AuditWatch.Tests.State.Journaling;

/// <summary>
/// Files that fail when a test says so, and know what a loss of power would leave of them. Being durable costs no time: nothing is told to the disk.
/// </summary>
internal sealed class TestFiles : JournalFiles
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _durable = [];
    private readonly Dictionary<SafeFileHandle, string> _paths = [];
    private readonly Stack<Action> _undoNames = new();

    /// <summary>What happens before an operation on a file: nothing, a wait or an exception.</summary>
    public Action<string, string> Before { get; set; } = (_, _) => { };

    /// <summary>How many bytes a write that fails has written already.</summary>
    public int WrittenByFailure { get; set; }

    /// <summary>How many operations there were.</summary>
    public int Operations { get; private set; }

    /// <summary>How many of them made a file durable.</summary>
    public int Flushes { get; private set; }

    public override SafeFileHandle Create(string path)
    {
        Begin("create", path);
        return Opened(path, base.Create(path), 0);
    }

    public override SafeFileHandle Open(string path)
    {
        Begin("open", path);
        return Opened(path, base.Open(path), new FileInfo(path).Length);
    }

    public override void Write(SafeFileHandle file, IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset)
    {
        try
        {
            Begin("write", PathOf(file));
        }
        catch
        {
            var all = buffers.SelectMany(buffer => buffer.ToArray()).Take(WrittenByFailure).ToArray();
            base.Write(file, [all], offset);
            throw;
        }

        base.Write(file, buffers, offset);
    }

    public override void Flush(SafeFileHandle file)
    {
        Begin("flush", PathOf(file));
        lock (_lock)
        {
            Flushes++;
            _durable[PathOf(file)] = RandomAccess.GetLength(file);
        }
    }

    public override void SetLength(SafeFileHandle file, long length)
    {
        Begin("cut", PathOf(file));
        base.SetLength(file, length);
    }

    public override void Move(string from, string to)
    {
        Begin("move", from);
        var replaced = File.Exists(to) ? File.ReadAllBytes(to) : null;
        base.Move(from, to);
        lock (_lock)
        {
            _undoNames.Push(() =>
            {
                File.Move(to, from, overwrite: true);
                if (replaced is not null)
                {
                    File.WriteAllBytes(to, replaced);
                }
            });
            _durable.Remove(from, out var length);
            _durable[to] = length;
            foreach (var file in _paths.Keys.Where(file => _paths[file] == from).ToList())
            {
                _paths[file] = to;
            }
        }
    }

    public override void Delete(string path)
    {
        Begin("delete", path);
        if (File.Exists(path))
        {
            var deleted = File.ReadAllBytes(path);
            _undoNames.Push(() => File.WriteAllBytes(path, deleted));
        }

        base.Delete(path);
    }

    public override void FlushDirectory(string path)
    {
        Begin("flush directory", path);
        _undoNames.Clear();
    }

    /// <summary>Takes away what was not durable.</summary>
    /// <param name="kept">Given the length of a file's end that was not durable, how much of it stays.</param>
    /// <param name="blanks">Whether all of it stays but for some bytes behind that.</param>
    /// <param name="losesNames">Whether files that were renamed have their old names again, and those that were deleted are back.</param>
    public void LosePower(Func<long, long> kept, bool blanks, bool losesNames)
    {
        foreach (var (path, durable) in _durable)
        {
            if (!File.Exists(path) || new FileInfo(path).Length is var length && length <= durable)
            {
                continue;
            }

            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            var end = durable + kept(length - durable);
            if (blanks)
            {
                RandomAccess.Write(file, new byte[Math.Min(7, length - durable)], Math.Min(end, length - Math.Min(7, length - durable)));
            }
            else
            {
                RandomAccess.SetLength(file, end);
            }
        }

        while (losesNames && _undoNames.TryPop(out var undo))
        {
            undo();
        }
    }

    private void Begin(string operation, string path)
    {
        lock (_lock)
        {
            Operations++;
        }

        Before(operation, path);
    }

    private SafeFileHandle Opened(string path, SafeFileHandle file, long durable)
    {
        lock (_lock)
        {
            _durable[path] = durable;
            _paths[file] = path;
        }

        return file;
    }

    private string PathOf(SafeFileHandle file)
    {
        lock (_lock)
        {
            return _paths[file];
        }
    }
}
