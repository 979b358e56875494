using AuditWatch.Events.Json;

namespace AuditWatch.Tests.Events.Json;

public class JsonValueTests
{
    [Theory]
    [InlineData("\"get\"", true)]
    [InlineData("\"g\\u0065t\"", true)]
    [InlineData("\"\\u0067\\u0065\\u0074\"", true)]
    [InlineData("\"Get\"", false)]
    [InlineData("\"gets\"", false)]
    [InlineData("\"g\\u0065\"", false)]
    [InlineData("\"\"", false)]
    [InlineData("null", false)]
    [InlineData("[\"get\"]", false)]
    public void Is_Text_ComparesWhatIsMeantNotHowItIsWritten(string json, bool expected)
    {
        Assert.Equal(expected, JsonValue.FromJson(System.Text.Encoding.UTF8.GetBytes(json)).Is("get"u8));
    }

    [Theory]
    [InlineData("403", 403, true)]
    [InlineData("-1", -1, true)]
    [InlineData("4.5", 0, false)]
    [InlineData("1e3", 0, false)]
    [InlineData("99999999999999999999", 0, false)]
    [InlineData("\"403\"", 0, false)]
    [InlineData("null", 0, false)]
    public void TryGetInt64_WholeNumbers_AreRead(string json, long expected, bool isNumber)
    {
        Assert.Equal(isNumber, JsonValue.FromJson(System.Text.Encoding.UTF8.GetBytes(json)).TryGetInt64(out var number));
        Assert.True(!isNumber || number == expected);
    }

    [Fact]
    public void ToString_InvalidUtf8_IsReplaced()
    {
        Assert.Equal("a\uFFFD", JsonValue.Text([(byte)'a', 0xFF]).ToString());
    }
}
