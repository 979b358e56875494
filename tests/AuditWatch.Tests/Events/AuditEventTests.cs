using System.Text;
using AuditWatch.Events;
using AuditWatch.Events.Json;

namespace AuditWatch.Tests.Events;

public class AuditEventTests
{
    [Theory]
    [InlineData("""{"auditID":"x","user":{},"verb":"get","requestReceivedTimestamp":"2026-11-21T00:00:01Z","stageTimestamp":"2026-11-21T00:00:02Z"}""", 1)]
    [InlineData("""{"auditID":"x","user":{},"verb":"get","stageTimestamp":"2026-11-21T00:00:02Z"}""", 2)]
    [InlineData("""{"auditID":"x","user":{},"verb":"get","requestReceivedTimestamp":null,"stageTimestamp":"2026-11-21T00:00:02Z"}""", 2)]
    public void Time_Timestamps_PrefersWhenTheRequestWasMade(string text, int second)
    {
        using var batch = Reading.One(text);

        Assert.Equal(new DateTimeOffset(2026, 11, 21, 0, 0, second, TimeSpan.Zero), batch[0].Time);
    }

    [Fact]
    public void Time_NoTimestamp_IsWhenTheBatchArrived()
    {
        using var batch = Reading.One("""{"auditID":"x","user":{},"verb":"get","stageTimestamp":"yesterday"}""");

        Assert.Equal(DateTimeOffset.UnixEpoch, batch[0].Time);
    }

    [Theory]
    [InlineData("""{"auditID":"x","verb":"get","user":{"username":"jane"}}""", "jane")]
    [InlineData("""{"auditID":"x","verb":"get","user":{"username":"jane"},"impersonatedUser":{"username":"joe"}}""", "joe")]
    [InlineData("""{"auditID":"x","verb":"get","user":{}}""", "")]
    [InlineData("""{"auditID":"x","user":{},"verb":"get"}""", "")]
    [InlineData("""{"auditID":"x","verb":"get","user":{"username":"jane"},"user":{"username":"joe"}}""", "joe")]
    [InlineData("""{"auditID":"x","verb":"get","user":{"username":"jane"},"user":{}}""", "")]
    [InlineData("""{"auditID":"x","verb":"get","user":{"extra":{"username":"joe"},"username":"jane"}}""", "jane")]
    [InlineData("""{"auditID":"x","verb":"get","requestObject":{"user":{"username":"joe"}},"user":{"username":"jane"}}""", "jane")]
    [InlineData("""{"auditID":"x","verb":"get","user":{"user\u006eame":"j\u0061ne"}}""", "jane")]
    public void Actor_UserOrImpersonatedUser_IsWhoReallyActed(string text, string actor)
    {
        using var batch = Reading.One(text);

        Assert.Equal(actor, batch[0].Actor.ToString());
    }

    [Fact]
    public void Indexer_MissingAndNull_AreToldApart()
    {
        using var batch = Reading.One("""{"auditID":"x","user":{},"verb":"get","level":null}""");

        Assert.Equal(JsonKind.Null, batch[0][EventField.Level].Kind);
        Assert.Equal(JsonKind.Missing, batch[0][EventField.RequestUri].Kind);
    }

    [Fact]
    public void Indexer_MoreEventsThanTheBatchHadRoomFor_KeepsEachApart()
    {
        using var batch = new EventBatch(new EventOrigin("log"), DateTimeOffset.UnixEpoch, capacity: 16);
        for (var i = 0; i < 2_000; i++)
        {
            batch.Append(Encoding.UTF8.GetBytes($$$"""{"auditID":"{{{i}}}","verb":"get","user":{"username":"u{{{i}}}"}}"""));
        }

        new AuditEventReader("log").Read(batch, isFinal: true);

        Assert.Equal(2_000, batch.Count);
        for (var i = 0; i < batch.Count; i++)
        {
            Assert.True(batch[i][EventField.AuditId].Is(Encoding.UTF8.GetBytes($"{i}")) && batch[i].Actor.ToString() == $"u{i}");
        }
    }

    [Fact]
    public void Dispose_Twice_IsHarmless()
    {
        var batch = Reading.One("""{"auditID":"x","user":{},"verb":"get"}""");
        batch.Dispose();
        batch.Dispose();

        Assert.Equal(0, batch.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch[0]);
    }
}
