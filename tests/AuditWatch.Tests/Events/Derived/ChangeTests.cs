namespace AuditWatch.Tests.Events.Derived;

public class ChangeTests
{
    private const string Deployment = "\"objectRef\":{\"resource\":\"deployments\"},";
    private const string Stored = """ ,"responseObject":{"kind":"Deployment","spec":{"template":{"spec":{"hostPID":true,"containers":[{"name":"old","image":"a"}]}}}} """;

    [Theory]
    [InlineData("create", 201, """{"spec":{"template":{"spec":{"hostPID":true}}}}""", "true")]
    [InlineData("patch", 201, """{"spec":{"template":{"spec":{"hostPID":true}}}}""", "true")]
    [InlineData("update", 200, """{"spec":{"template":{"spec":{"hostPID":true}}}}""", "true")]
    [InlineData("patch", 200, """{"spec":{"template":{"spec":{"hostPID":true}}}}""", "true")]
    [InlineData("patch", 200, """{"metadata":{"labels":{"a":"b"}}}""", "")]
    [InlineData("patch", 200, """{"spec":{"replicas":3}}""", "")]
    [InlineData("patch", 200, """{"spec":{"template":{"metadata":{"annotations":{"restartedAt":"now"}}}}}""", "")]
    [InlineData("patch", 200, """[{"op":"add","path":"/spec/template/spec/hostPID","value":true}]""", "true")]
    [InlineData("patch", 200, """[{"op":"replace","path":"/spec","value":{"template":{"spec":{"hostPID":true}}}}]""", "true")]
    [InlineData("patch", 200, """[{"op":"replace","path":"","value":{"spec":{"template":{"spec":{"hostPID":true}}}}}]""", "true")]
    [InlineData("patch", 200, """[{"op":"copy","from":"/spec/paused","path":"/spec/template/spec/hostPID"}]""", "{}")]
    [InlineData("patch", 200, """[{"op":"test","path":"/spec/template/spec/hostPID","value":true}]""", "")]
    [InlineData("patch", 200, """[{"op":"add","path":"/spec/jobTemplate/spec/template/spec/hostPID","value":true}]""", "true")]
    public void ChangedPodSpec_Request_WhatItSets(string verb, int code, string request, string expected)
    {
        var members = $$""" {{Deployment}}"verb":"{{verb}}","responseStatus":{"code":{{code}}},"requestObject":{{request}} """;

        Assert.Equal(expected, string.Join('|', FieldsOf.Event(members, "changedPodSpec.hostPID")));
    }

    [Theory]
    [InlineData("""{"spec":{"template":{"spec":{"containers":[{"name":"a"}],"initContainers":[{"name":"b"}]}}}}""", "a|b")]
    [InlineData("""[{"op":"add","path":"/spec/template/spec/containers/-","value":{"name":"a"}},{"op":"add","path":"/spec/template/spec/initContainers/0","value":{"name":"b"}}]""", "a|b")]
    [InlineData("""[{"op":"replace","path":"/spec/template/spec/containers","value":[{"name":"a"}]},{"op":"replace","path":"/spec/template/spec/containers/0/name","value":"b"}]""", "a|b")]
    [InlineData("""{"metadata":{"annotations":{"a":"b"}}}""", "")]
    public void ChangedContainers_PatchOfAnObjectWithContainers_OnlyThoseItSets(string request, string expected)
    {
        var members = $$""" {{Deployment}}"verb":"patch","responseStatus":{"code":200},"requestObject":{{request}}{{Stored}} """;

        Assert.Equal(expected, string.Join('|', FieldsOf.Event(members, "changedContainers.name")));
    }

    [Theory]
    [InlineData("""{"op":"add","path":"/spec/ephemeralContainers","value":[{"name":"debugger"}]}""", "debugger")]
    [InlineData("""{"op":"replace","path":"/spec/containers/0/name","value":"x"}""", "x")]
    public void ChangedContainers_OfAPod_StandInItsSpec(string operation, string expected) => Assert.Equal([expected], FieldsOf.Event(
        $$""" "objectRef":{"resource":"pods","subresource":"ephemeralcontainers"},"verb":"patch","responseStatus":{"code":200},"requestObject":[{{operation}}] """, "changedContainers.name"));

    [Theory]
    [InlineData("7", "7", "")]
    [InlineData("8", "7", "true")]
    public void ChangedPodSpec_ApplyThatRepeatsWhatIsThere_Nothing(string generation, string observed, string expected)
    {
        const string spec = """ "spec":{"template":{"spec":{"hostPID":true}}} """;
        var answer = $$"""{"kind":"Deployment","metadata":{"generation":{{generation}}},{{spec}},"status":{"observedGeneration":{{observed}}} }""";
        var members = $$""" {{Deployment}}"verb":"patch","responseStatus":{"code":200},"requestObject":{"kind":"Deployment",{{spec}}},"responseObject":{{answer}} """;

        Assert.Equal(expected, string.Join('|', FieldsOf.Event(members, "changedPodSpec.hostPID")));
    }

    [Theory]
    [InlineData("41", "41", "")]
    [InlineData("41", "42", "v")]
    [InlineData("", "", "v")]
    public void Change_UpdateOfTheSameVersion_Nothing(string before, string after, string expected)
    {
        var request = $$"""{"metadata":{"resourceVersion":"{{before}}"},"data":{"k":"v"} }""";
        var answer = $$"""{"kind":"ConfigMap","metadata":{"resourceVersion":"{{after}}"},"data":{"k":"v"} }""";
        var members = $$""" "verb":"update","responseStatus":{"code":200},"requestObject":{{request}},"responseObject":{{answer}} """;

        Assert.Equal(expected, string.Join('|', FieldsOf.Event(members, "change.data.k")));
    }

    [Theory]
    [InlineData("""{"metadata":{"labels":{"a/b":null}}}""")]
    [InlineData("""[{"op":"remove","path":"/metadata/labels/a~1b"}]""")]
    [InlineData("""[{"op":"move","from":"/metadata/labels/a~1b","path":"/metadata/labels/c"}]""")]
    public void Change_WhatAPatchTakesAway_IsNull(string request) =>
        Assert.Equal(["null"], FieldsOf.Event($$""" "verb":"patch","responseStatus":{"code":200},"requestObject":{{request}} """, "change.metadata.labels.a/b"));

    [Fact]
    public void Change_PatchWhoseBodyWasNotRecorded_IsUnknown() =>
        Assert.Empty(FieldsOf.Event($$""" {{Deployment}}"verb":"patch","responseStatus":{"code":200}{{Stored}} """, "changedPodSpec.hostPID"));

    [Fact]
    public void Change_Deletion_IsNone() =>
        Assert.Empty(FieldsOf.Event(""" "verb":"delete","responseStatus":{"code":200},"responseObject":{"kind":"Pod","metadata":{"name":"a"}} """, "change.metadata.name"));
}
