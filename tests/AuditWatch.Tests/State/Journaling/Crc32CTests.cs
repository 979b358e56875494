using AuditWatch.State.Journaling;

namespace AuditWatch.Tests.State.Journaling;

public class Crc32CTests
{
    [Fact]
    public void Of_CheckString_IsThePublishedValue()
    {
        Assert.Equal(0xE3069283, Crc32C.Of("123456789"u8));
        Assert.Equal(0xE3069283, Crc32C.Of("3456789"u8, Crc32C.Of("12"u8)));
        Assert.Equal(0u, Crc32C.Of([]));
    }
}
