using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.Tests.Detection.Sigma;

namespace AuditWatch.Tests.Detection;

public sealed class SummaryTemplateTests
{
    [Theory]
    [InlineData("""{"namespace":"web","name":"db"}""", "read web/db by u")]
    [InlineData("""{"name":"n1"}""", "read n1 by u")]
    [InlineData("""{"namespace":"web"}""", "read web/- by u")]
    [InlineData("""{"resource":"secrets"}""", "read - by u")]
    public void Fill_NamespaceBeforeASlash_IsThereWithItOrNotAtAll(string objectRef, string expected)
    {
        var template = new SummaryTemplate("read {objectRef.namespace}/{objectRef.name} by {user.username}");
        using var batch = Rule.Events($$"""{"auditID":"a","stage":"ResponseComplete","verb":"get","user":{"username":"u"},"objectRef":{{objectRef}}}""");

        Assert.Equal(expected, template.Fill(batch[0]));
        Assert.Equal(expected, template.Fill(name => batch[0] is var e && FieldPath.TryParse(name, out var field) ? EventText.Of(e, field) : null));
    }

    [Fact]
    public void Fill_NothingKnown_HasADashForEachFieldAndKeepsTheText() =>
        Assert.Equal("- in - (get) /x", new SummaryTemplate("{objectRef.name} in {objectRef.namespace} (get) /x").Fill(_ => null));
}
