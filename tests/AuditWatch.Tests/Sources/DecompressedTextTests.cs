using System.IO.Compression;
using AuditWatch.Sources;
using ZstdSharp;

namespace AuditWatch.Tests.Sources;

public sealed class DecompressedTextTests : IDisposable
{
    private static readonly byte[] Log = File.ReadAllBytes(RepositoryFiles.SampleLog);

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    public static TheoryData<string> Kinds => ["gzip", "zstd"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Read_OneOrSeveralPieces_GivesTheText(string kind)
    {
        Assert.Equal(Log, Text(Compress(kind)));
        Assert.Equal([.. Log, .. Log], Text([.. Compress(kind), .. Compress(kind)]));
    }

    [Fact]
    public void Read_PaddedWithZeros_GivesTheText() => Assert.Equal(Log, Text([.. Compress("gzip"), .. new byte[10_000]]));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Read_CutShortOrFollowedBySomethingElse_Fails(string kind)
    {
        var bytes = Compress(kind);

        Assert.Throws<InvalidDataException>(() => Text(bytes[..^100]));
        Assert.Throws<InvalidDataException>(() => Text([.. bytes, .. "rubbish"u8]));
    }

    private byte[] Text(byte[] file)
    {
        File.WriteAllBytes(_path, file);
        using var text = LogText.Of(LogText.OpenFile(_path));
        using var all = new MemoryStream();
        text.CopyTo(all);
        return all.ToArray();
    }

    private static byte[] Compress(string kind)
    {
        using var bytes = new MemoryStream();
        using (Stream compressing = kind == "gzip" ? new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true) : new CompressionStream(bytes, leaveOpen: true))
        {
            compressing.Write(Log);
        }

        return bytes.ToArray();
    }
}
