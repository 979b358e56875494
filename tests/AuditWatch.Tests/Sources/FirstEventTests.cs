using AuditWatch.Sources;

namespace AuditWatch.Tests.Sources;

public class FirstEventTests
{
    [Theory]
    [InlineData("""{"auditID":"a","user":{},"verb":"get","requestReceivedTimestamp":"2026-11-21T00:00:00Z","stageTimestamp":"2026-11-21T03:00:00Z"}""", 3)]
    [InlineData("""{"auditID":"a","user":{},"verb":"get","requestReceivedTimestamp":"2026-11-21T02:00:00Z"}""", 2)]
    [InlineData("rest of a line\"}\n{\"auditID\":\"a\",\"user\":{},\"verb\":\"get\",\"stageTimestamp\":\"2026-11-21T01:00:00Z\"}\n", 1)]
    [InlineData("""{"auditID":"a","user":{},"verb":"get"}""", null)]
    [InlineData("rubbish", null)]
    [InlineData("", null)]
    public async Task TimeAsync_File_GivesWhenItsFirstEventWasWritten(string text, int? hour)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["audit.log"], text);

        var expected = hour is { } h ? new DateTimeOffset(2026, 11, 21, h, 0, 0, TimeSpan.Zero) : default(DateTimeOffset?);
        Assert.Equal(expected, await FirstEvent.TimeAsync(folder["audit.log"], CancellationToken.None));
    }

    [Fact]
    public async Task TimeAsync_NoFile_GivesNothing()
    {
        using var folder = new TemporaryFolder();

        Assert.Null(await FirstEvent.TimeAsync(folder["audit.log"], CancellationToken.None));
    }
}
