using System.IO.Compression;
using AuditWatch.Sources;
using ZstdSharp;

namespace AuditWatch.Tests.Sources;

public sealed class DecompressedTextTests : IDisposable
{
    private static readonly byte[] Log = File.ReadAllBytes(RepositoryFiles.SampleLog);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

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
        var path = _folder["audit.log"];
        File.WriteAllBytes(path, file);
        using var text = LogText.Of(LogText.OpenFile(path));
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
