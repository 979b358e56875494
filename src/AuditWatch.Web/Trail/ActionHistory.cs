namespace AuditWatch.Web.Trail;

/// <summary>What people did, as the files of the state directory have it: read from their ends, so that what is new is found at once however long they are. Thread-safe.</summary>
/// <param name="directory">The state directory; null for none, and then there is nothing.</param>
public sealed class ActionHistory(string? directory)
{
    /// <summary>The file that has the latest; the one before it is beside it, with <c>.1</c>.</summary>
    public const string FileName = "actions.jsonl";

    private const int Block = 64 << 10;

    /// <summary>Whether anything is kept.</summary>
    public bool IsKept => directory is not null;

    /// <summary>A page of what was done, the latest first.</summary>
    /// <param name="who">By whom; empty for anybody.</param>
    /// <param name="about">About what (<see cref="ActionRecord.IsAbout"/>); empty for anything.</param>
    /// <param name="before">Done before that; null for no matter when.</param>
    /// <param name="limit">How many; of what was done at the same moment all.</param>
    /// <returns>The page, and what <paramref name="before"/> has to be for the next one; null if this one is the last.</returns>
    /// <exception cref="IOException">They cannot be read.</exception>
    public (IReadOnlyList<ActionRecord> Records, DateTimeOffset? Next) Read(string who, string about, DateTimeOffset? before, int limit)
    {
        var page = new List<ActionRecord>();
        foreach (var record in Backwards().Where(record => (before is null || record.Time < before) && (who.Length == 0 || record.IsBy(who)) && (about.Length == 0 || record.IsAbout(about))))
        {
            if (page.Count >= limit && record.Time != page[^1].Time)
            {
                return (page, page[^1].Time);
            }

            page.Add(record);
        }

        return (page, null);
    }

    private IEnumerable<ActionRecord> Backwards() => directory is null ? [] :
        new[] { FileName, $"{FileName}.1" }.SelectMany(name => LinesBackwards(Path.Combine(directory, name))).Select(ActionRecord.Parse).OfType<ActionRecord>();

    private static IEnumerable<ReadOnlyMemory<byte>> LinesBackwards(string path)
    {
        if (!File.Exists(path))
        {
            yield break;
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var position = stream.Length;
        byte[] rest = [];
        while (position > 0)
        {
            var length = (int)Math.Min(Block, position);
            position -= length;
            stream.Position = position;
            var block = new byte[length + rest.Length];
            stream.ReadExactly(block, 0, length);
            rest.CopyTo(block, length);
            var end = block.Length;
            for (var newline = block.AsSpan().LastIndexOf((byte)'\n'); newline >= 0; newline = block.AsSpan(0, newline).LastIndexOf((byte)'\n'))
            {
                yield return block.AsMemory((newline + 1)..end);
                end = newline;
            }

            rest = block[..end];
        }

        yield return rest;
    }
}
