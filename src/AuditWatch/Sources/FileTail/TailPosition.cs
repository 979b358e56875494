using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AuditWatch.Sources.FileTail;

/// <summary>The position of the reading of a log: a file, and a place in it. The value of a checkpoint, as JSON. Immutable.</summary>
/// <param name="File">The file.</param>
/// <param name="Head">The hash of its first bytes; of length 0 if the position is in no file.</param>
/// <param name="Offset">How many bytes of its text have been read, decompressed ones of a compressed file; <see cref="End"/> if nothing of it is to be read any more.</param>
/// <param name="Length">How many bytes it was known to have then, if more.</param>
/// <param name="Latest">When the last event that was read was written, by its own account; null if unknown.</param>
internal sealed record TailPosition(FileIdentity File, FileHead Head, long Offset, long Length, DateTimeOffset? Latest)
{
    private const int LongestKey = 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The offset of a file of which nothing is left to read.</summary>
    public const long End = long.MaxValue;

    /// <summary>Before everything there is.</summary>
    public static TailPosition AtTheBeginning { get; } = AfterFilesOf(null);

    /// <summary>Whether nothing of the file is to be read any more: only what comes after it.</summary>
    public bool IsAtEnd => Offset == End;

    /// <summary>Whether more was in the file than had been read; a line break is nothing.</summary>
    public bool IsKnownToLack => Length - 1 > Offset;

    /// <summary>After the files that were begun before <paramref name="time"/>.</summary>
    public static TailPosition AfterFilesOf(DateTimeOffset? time) => new(default, default, End, 0, time);

    /// <summary>The key of the checkpoints of a log.</summary>
    public static string KeyOf(string path)
    {
        var key = "file:" + Path.GetFullPath(path);
        var bytes = Encoding.UTF8.GetBytes(key);
        return bytes.Length <= LongestKey ? key : "file-sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    /// <summary>The position as a checkpoint's value.</summary>
    public ReadOnlyMemory<byte> ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>The position that a checkpoint holds; null if it holds none.</summary>
    public static TailPosition? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<TailPosition>(json, Json) is { Offset: >= 0, Length: >= 0, Head.Length: >= 0 and <= FileHead.MaxLength } position ? position : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
