using System.Text;
using AuditWatch.Events;
using AuditWatch.Events.Json;

namespace AuditWatch.Tests.Events;

public class BodyTapesTests
{
    [Theory]
    [InlineData(1 << 10)]
    [InlineData(3 << 20)]
    public void OnTape_BodyAsLongAsApiServersAccept_IsOnATape(int length)
    {
        using var batch = Batch($$"""{"args":["{{new string('x', length - 13)}}"]}""");

        Assert.NotNull(batch[0].OnTape(batch[0][EventField.RequestObject]).Tape);
    }

    [Fact]
    public void OnTape_BodyLongerThanAnyRequest_IsWalkedInItsText()
    {
        using var batch = Batch($$"""{"args":["{{new string('x', 5 << 20)}}"]}""");

        var body = batch[0].OnTape(batch[0][EventField.RequestObject]);

        Assert.Null(body.Tape);
        Assert.True(RelativePath.Parse("args").Exists(body));
    }

    private static EventBatch Batch(string body)
    {
        var batch = new EventBatch(new EventOrigin("test"), DateTimeOffset.UnixEpoch);
        batch.Append(Encoding.UTF8.GetBytes($$"""{"auditID":"a","stage":"ResponseComplete","verb":"","user":{},"requestObject":{{body}}}""" + "\n"));
        new AuditEventReader("test").Read(batch, isFinal: true);
        return batch;
    }
}
