using AuditWatch.Web;

namespace AuditWatch.Tests.Web;

public class PackedIdsTests
{
    [Fact]
    public void Read_WhatWasWritten_IsTheSameIdsInTheirOrder()
    {
        var random = new Random(1);
        foreach (var count in new[] { 0, 1, 2, 3, 10_000 })
        {
            var ids = Enumerable.Range(0, count).Select(_ => random.NextInt64().ToString("x16", null)).Append("ffffffffffffffff").Append("0000000000000000").ToList();

            Assert.Equal(ids, PackedIds.Read(PackedIds.Write(ids)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base 64!")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAA=A")]
    public void Read_WhatIsNoSuchField_IsNothing(string field) => Assert.Empty(PackedIds.Read(field));
}
