using AuditWatch.Web.Queue;

namespace AuditWatch.Tests.Web.Queue;

public class FormTimeTests
{
    [Theory]
    [InlineData("2026-11-30T14:05", "2026-11-30T14:05:00Z")]
    [InlineData("2026-11-30T14:05:06", "2026-11-30T14:05:06Z")]
    [InlineData("2026-11-30T14:05:06.5", "2026-11-30T14:05:06.5Z")]
    [InlineData("2026-11-30T14:05:06+01:00", "2026-11-30T14:05:06+01:00")]
    [InlineData("yesterday", "yesterday")]
    public void Read_TimeOfAField_IsInUtc(string text, string expected) => Assert.Equal(expected, FormTime.Read(text));

    [Theory]
    [InlineData("2026-11-30T14:05:00Z", "2026-11-30T14:05:00")]
    [InlineData("2026-11-30T14:05:06+01:00", "2026-11-30T13:05:06")]
    [InlineData("yesterday", "")]
    public void Write_TimeOfAnAddress_IsWhatAFieldTakes(string text, string expected) => Assert.Equal(expected, FormTime.Write(text));
}
