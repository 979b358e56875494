namespace AuditWatch.Tests.Events;

/// <summary>Secrets never leave: what a rule may look at, its author may not print.</summary>
public class RedactionTests
{
    private const string Canary = "hunter2-canary";

    [Theory]
    [InlineData("secrets", """{"kind":"Secret","data":{"password":"hunter2-canary"},"metadata":{"name":"db"}}""", "object.data.password")]
    [InlineData("secrets", """{"kind":"Secret","stringData":{"password":"hunter2-canary"}}""", "requestObject.stringData.password")]
    [InlineData("secrets", """{"kind":"Secret","metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"hunter2-canary"}}}""",
        "object.metadata.annotations.kubectl.kubernetes.io/last-applied-configuration")]
    [InlineData("configmaps", """{"kind":"ConfigMap","data":{"a":"hunter2-canary"}}""", "object.data.a")]
    [InlineData("serviceaccounts", """{"kind":"TokenRequest","status":{"token":"hunter2-canary"}}""", "object.status.token")]
    [InlineData("tokenreviews", """{"kind":"TokenReview","spec":{"token":"hunter2-canary"}}""", "object.spec.token")]
    [InlineData("anything", """{"kind":"Secret","data":{"password":"hunter2-canary"}}""", "object.data.password")]
    [InlineData("pods", """{"kind":"Pod","spec":{"containers":[{"env":[{"name":"P","value":"hunter2-canary"}]}]}}""", "object.spec.containers.env.value")]
    [InlineData("pods", """{"kind":"Pod","spec":{"containers":[{"env":[{"name":"P","value":"hunter2-canary"}]}]}}""", "containers.env.value")]
    [InlineData("pods", """{"kind":"Pod","spec":{"containers":[{"env":[{"name":"P","value":"hunter2-canary"}]}]}}""", "podSpec.containers")]
    [InlineData("pods", """[{"op":"replace","path":"/spec/containers/0/env/0/value","value":"hunter2-canary"}]""", "requestObject.value")]
    [InlineData("pods", """[{"op":"add","path":"/spec/containers/0/env/-","value":{"name":"P","value":"hunter2-canary"}}]""", "requestObject.value.value")]
    [InlineData("deployments", """{"spec":{"template":{"spec":{"containers":[{"env":[{"value":"hunter2-canary"}]}]}}}}""", "object.spec")]
    [InlineData("pods", """[{"op":"add","path":"/spec/containers/0/env/-","value":{"name":"P","value":"hunter2-canary"}}]""", "change.spec.containers.env.value")]
    [InlineData("pods", """[{"op":"add","path":"/spec/containers/0/env/-","value":{"name":"P","value":"hunter2-canary"}}]""", "changedContainers.env.value")]
    [InlineData("pods", """{"spec":{"containers":[{"env":[{"name":"P","value":"hunter2-canary"}]}]}}""", "changedPodSpec.containers")]
    [InlineData("secrets", """{"data":{"password":"hunter2-canary"}}""", "change.data.password")]
    public void Of_SecretValue_IsNotShown(string resource, string body, string field)
    {
        var shown = FieldsOf.Shown($$""" "verb":"patch","objectRef":{"resource":"{{resource}}"},"requestObject":{{body}} """, field);

        Assert.NotNull(shown);
        Assert.DoesNotContain(Canary, shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secrets", """{"kind":"Secret","type":"Opaque"}""", "object.type", "Opaque")]
    [InlineData("serviceaccounts", """{"kind":"TokenRequest","spec":{"audiences":["vault"]}}""", "object.spec.audiences", "vault")]
    [InlineData("pods", """[{"op":"replace","path":"/spec/containers/0/image","value":"evil:1"}]""", "requestObject.path", "/spec/containers/0/image")]
    [InlineData("pods", """{"kind":"Pod","spec":{"containers":[{"image":"evil:1"}]}}""", "containers.image", "evil:1")]
    public void Of_HarmlessValue_IsShown(string resource, string body, string field, string expected) =>
        Assert.Equal(expected, FieldsOf.Shown($$""" "objectRef":{"resource":"{{resource}}"},"requestObject":{{body}} """, field));

    [Fact]
    public void Of_LongText_IsBounded() => Assert.True(FieldsOf.Shown($"\"userAgent\":\"{new string('x', 100_000)}\"", "userAgent")!.Length <= 512);

    [Fact]
    public void Of_ManyValues_AreBounded()
    {
        var groups = string.Join(',', Enumerable.Range(0, 1_000).Select(i => $"\"g{i}\""));

        Assert.EndsWith("g9, …", FieldsOf.Shown($"\"user\":{{\"groups\":[{groups}]}}", "user.groups"), StringComparison.Ordinal);
    }
}
