using System.Text;
using AuditWatch.Sources.FileTail;

namespace AuditWatch.Tests.Sources.FileTail;

public class TailPositionTests
{
    [Fact]
    public void Parse_WhatToJsonWrote_GivesThePosition()
    {
        var position = new TailPosition(
            new FileIdentity(ulong.MaxValue, 7), FileHead.Of("{\"auditID\":\"a\",\"user\":{},\"verb\":\"get\"}"u8), 12, 34, new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero));

        Assert.Equal(position, TailPosition.Parse(position.ToJson().Span));
        Assert.Equal(TailPosition.AtTheBeginning, TailPosition.Parse(TailPosition.AtTheBeginning.ToJson().Span));
    }

    [Fact]
    public void ToJson_HeadOfAnEvent_HoldsNothingOfIt()
    {
        var position = new TailPosition(default, FileHead.Of("{\"token\":\"hunter2\"}"u8), 12, 34, null);

        Assert.DoesNotContain("hunter2", Encoding.UTF8.GetString(position.ToJson().Span), StringComparison.Ordinal);
    }

    [Fact]
    public void KeyOf_PathsOfAnyLength_TellsThemApartWithinTheLimit()
    {
        var paths = new[] { "/var/log/audit.log", "/" + new string('x', 3000), "/" + new string('x', 2999) };

        var keys = paths.Select(TailPosition.KeyOf).ToArray();

        Assert.Equal("file:/var/log/audit.log", keys[0]);
        Assert.Equal(3, keys.Distinct().Count());
        Assert.All(keys, key => Assert.InRange(Encoding.UTF8.GetByteCount(key), 1, 1024));
    }
}
