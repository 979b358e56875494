using AuditWatch.Composites;
using AuditWatch.Events;
using AuditWatch.Tests.Detection.Sigma;

namespace AuditWatch.Tests.Composites;

public class RequestLikenessTests
{
    private const string Plain = """{"auditID":"1","stage":"ResponseComplete","verb":"get","user":{"username":"jane"},"objectRef":{"name":"ab","namespace":"c"},"requestReceivedTimestamp":"2026-01-15T08:00:00Z"}""";

    [Theory]
    [InlineData("2026-01-15T08:00:00Z", "2026-01-15T09:00:00Z", true)]
    [InlineData("\"verb\":\"get\"", "\"verb\":\"list\"", true)]
    [InlineData("jane", "june", false)]
    [InlineData("\"ab\"", "\"abc\"", false)]
    [InlineData("\"name\":\"ab\",\"namespace\":\"c\"", "\"name\":\"a\",\"namespace\":\"bc\"", false)]
    [InlineData("\"namespace\":\"c\"", "\"namespace\":null", false)]
    [InlineData("\"name\":\"ab\"", "\"name\":[\"ab\"]", true)]
    [InlineData("\"namespace\":\"c\"", "\"namespace\":1", false)]
    public void Of_EventThatDiffers_IsTheSameIfTheFieldsAre(string part, string other, bool expected)
    {
        FieldPath[] fields = [FieldPath.Parse("objectRef.name"), FieldPath.Parse("objectRef.namespace")];
        var likeness = new RequestLikeness();
        using var one = Rule.Events(Plain);
        using var two = Rule.Events(Plain.Replace(part, other, StringComparison.Ordinal));

        Assert.Equal(expected, likeness.Of(0, fields, one[0]) == likeness.Of(0, fields, two[0]));
        Assert.NotEqual(likeness.Of(0, fields, one[0]), likeness.Of(1, fields, one[0]));
    }
}
