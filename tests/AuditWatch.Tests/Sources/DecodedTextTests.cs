using System.IO.Compression;
using System.Text;
using AuditWatch.Sources;

namespace AuditWatch.Tests.Sources;

public sealed class DecodedTextTests
{
    private const string Log = "{\"auditID\":\"jürgen 😀\"}\n{\"auditID\":\"b\"}\n";

    public static TheoryData<int> Chunks => [1, 3, 1 << 16];

    [Theory]
    [MemberData(nameof(Chunks))]
    public void Read_Utf16_GivesUtf8(int chunk)
    {
        foreach (var encoding in new[] { Encoding.Unicode, Encoding.BigEndianUnicode })
        {
            Assert.Equal("\uFEFF" + Log, Text([.. encoding.GetPreamble(), .. encoding.GetBytes(Log)], chunk));
            Assert.Equal(Log, Text(encoding.GetBytes(Log), chunk));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}\n")]
    [InlineData("\0\0\0\0{}\n")]
    [InlineData("I1120 10:00:01.000000       1 trace.go:236] a,b\nmessage\n")]
    [InlineData("no,column,with,events\n1,2,3,4\n")]
    public void Read_AnythingElse_GivesItAsItIs(string text)
    {
        Assert.Equal(text, Text(Encoding.UTF8.GetBytes(text), 1));
        Assert.Equal(text, Text(Encoding.UTF8.GetBytes(text), 1 << 16));
    }

    [Theory]
    [MemberData(nameof(Chunks))]
    public void Read_Table_GivesAnObjectARow(int chunk)
    {
        const string table = "\uFEFFCategory,log_s,\"pod_s\"\r\nkube-audit,\"{\"\"a\"\":\"\"b\\nc\"\"}\r\n\",x\r\n\r\nguard,,\"\"\n,\"tab\t\",y,z\nlast,";

        var text = Text(Encoding.UTF8.GetBytes(table), chunk);

        Assert.Equal(
            [
                "",
                """{"Category":"kube-audit","log_s":"{\"a\":\"b\\nc\"}\u000d\u000a","pod_s":"x"}""",
                "", // of the line feed within the row
                "",
                """{"Category":"guard","log_s":"","pod_s":""}""",
                """{"Category":"","log_s":"tab\u0009","pod_s":"y","":"z"}""",
                """{"Category":"last"}""",
            ],
            text.Split('\n'));
    }

    [Fact]
    public void Read_TableOfThePortalOfAzure_HasTimesThatCanBeRead() => Assert.Equal(
        "\n{\"TimeGenerated\":\"2026-11-20T22:00:00.1230000Z\",\"AuditId\":\"a\"}\n{\"TimeGenerated\":\"20.11.2026\",\"AuditId\":\"b\"}\n",
        Text("\"TimeGenerated [UTC]\";AuditId\n\"11/20/2026, 10:00:00.123 PM\";a\n20.11.2026;b\n"u8.ToArray(), 7));

    [Fact]
    public void Read_TableInUtf16_GivesAnObjectARow() => Assert.Equal("\n{\"@message\":\"{}\"}\n", Text(Encoding.Unicode.GetBytes("@message\n{}\n"), 5));

    [Fact]
    public async Task ReadAsync_Table_GivesTheSame()
    {
        using var text = new DecodedText(new MemoryStream("@timestamp,@message\n1,\"{\"\"a\"\":1}\"\n"u8.ToArray()));
        using var reader = new StreamReader(text);

        Assert.Equal("\n{\"@timestamp\":\"1\",\"@message\":\"{\\\"a\\\":1}\"}\n", await reader.ReadToEndAsync());
    }

    [Fact]
    public void Of_CompressedTable_GivesAnObjectARow()
    {
        using var folder = new TemporaryFolder();
        using (var gzip = new GZipStream(File.Create(folder["a.csv.gz"]), CompressionLevel.Fastest))
        {
            gzip.Write("message\n{}\n"u8);
        }

        using var reader = new StreamReader(LogText.Of(LogText.OpenFile(folder["a.csv.gz"])));

        Assert.Equal("\n{\"message\":\"{}\"}\n", reader.ReadToEnd());
    }

    private static string Text(byte[] bytes, int chunk)
    {
        var pieces = new List<byte[]>();
        for (var at = 0; at < bytes.Length; at += chunk)
        {
            pieces.Add(bytes[at..Math.Min(bytes.Length, at + chunk)]);
        }

        using var text = new DecodedText(new PiecewiseStream(pieces));
        using var all = new MemoryStream();
        text.CopyTo(all);
        return Encoding.UTF8.GetString(all.ToArray());
    }
}
